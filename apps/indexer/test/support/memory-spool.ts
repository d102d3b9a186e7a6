import type { SignatureEntry } from '../../src/rpc/client.js';
import type { SignatureSpool, SpoolState } from '../../src/source/spool.js';

/** A spool without a database, for tests of what is above it. */
export function createMemorySpool(): SignatureSpool {
  let range: Pick<SpoolState, 'afterSlot' | 'upToSlot' | 'complete'> | null = null;
  let entries: SignatureEntry[] = [];
  const clear = async (): Promise<void> => {
    range = null;
    entries = [];
  };
  return {
    state: async () => (range === null ? null : { ...range, oldest: entries[0] ?? null }),
    async begin(afterSlot, upToSlot) {
      range = { afterSlot, upToSlot, complete: false };
      entries = [];
    },
    async append(older) {
      entries = [...older.toReversed(), ...entries];
    },
    async markComplete() {
      if (range !== null) range = { ...range, complete: true };
    },
    readOldest: async (afterSlot, limit) => entries.filter(({ slot }) => slot > afterSlot).slice(0, limit),
    async discardThrough(slot) {
      entries = entries.filter((entry) => entry.slot > slot);
    },
    clear,
  };
}
