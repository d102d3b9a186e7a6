import type { Address } from '@solana/kit';

import type { SignatureEntry } from '../../src/rpc/client.js';
import type { SignatureSpool } from '../../src/source/spool.js';

/** A spool without a database, for tests of what is above it. */
export function createMemorySpool(): SignatureSpool {
  let range: { afterSlot: bigint; upToSlot: bigint } | null = null;
  const lists = new Map<Address, { entries: SignatureEntry[]; complete: boolean }>();
  const listOf = (address: Address) => {
    const list = lists.get(address);
    if (list === undefined) throw new Error(`no list of ${address} was begun`);
    return list;
  };
  return {
    state: async () =>
      range === null
        ? null
        : {
            ...range,
            lists: new Map(
              [...lists].map(([address, { entries, complete }]) => [
                address,
                { complete, oldest: entries[0] ?? null },
              ]),
            ),
          },
    async begin(afterSlot, upToSlot, addresses) {
      range = { afterSlot, upToSlot };
      lists.clear();
      for (const address of addresses) lists.set(address, { entries: [], complete: false });
    },
    async append(address, older) {
      listOf(address).entries.unshift(...older.toReversed());
    },
    async markComplete(address) {
      listOf(address).complete = true;
    },
    readOldest: async (afterSlot, limit) =>
      [...lists]
        .flatMap(([address, { entries }]) => entries.map((entry) => ({ ...entry, address })))
        .filter(({ slot }) => slot > afterSlot)
        .sort((left, right) => Number(left.slot - right.slot))
        .slice(0, limit),
    async clear() {
      range = null;
      lists.clear();
    },
  };
}
