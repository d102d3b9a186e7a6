import type { IndexedRecords } from './indexed-records.js';
import { type Difference, RECORD_KINDS, type Records } from './records.js';

/**
 * What the tables and the chain's accounts do not agree on, as of the slot that the accounts were read at. Records that
 * changed after it in the tables are passed over: the next look sees them.
 */
export function compareRecords(onChain: Records, { records, changedAfter }: IndexedRecords): Difference[] {
  const differences: Difference[] = [];
  for (const kind of RECORD_KINDS) {
    const [chain, tables] = [onChain[kind], records[kind]];
    if (chain === undefined || tables === undefined) continue;
    for (const address of new Set([...chain.keys(), ...tables.keys()])) {
      if (changedAfter[kind]?.has(address) === true) continue;
      const [there, here] = [chain.get(address), tables.get(address)];
      if (there === undefined || here === undefined) {
        const word = (side: object | undefined): string => (side === undefined ? 'not there' : 'there');
        differences.push({ kind, address, field: 'account', indexed: word(here), onChain: word(there) });
        continue;
      }
      for (const [field, value] of Object.entries(there)) {
        const indexed = here[field] ?? null;
        if (indexed !== value) differences.push({ kind, address, field, indexed, onChain: value });
      }
    }
  }
  return differences;
}

/** Vaults whose balance is not what the tables say; base units. A vault that is closed holds nothing. */
export function compareVaults(
  balances: ReadonlyMap<string, bigint>,
  indexed: ReadonlyMap<string, bigint>,
): Difference[] {
  return [...indexed].flatMap(([address, sum]) => {
    const balance = balances.get(address) ?? 0n;
    return balance === sum
      ? []
      : [
          {
            kind: 'vault' as const,
            address,
            field: 'balance',
            indexed: sum.toString(),
            onChain: balance.toString(),
          },
        ];
  });
}
