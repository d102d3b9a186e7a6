import { big, intOrNull, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';

/** The moment of the chain's accounts with which an index began in the middle of history: what was before is not known. */
export interface Beginning {
  /** Everything that happened after this slot is indexed, nothing before. */
  slot: bigint;
  /** Unix seconds of its block. */
  at: number | null;
  /** How many were made from the accounts. */
  records: {
    markets: number;
    jobs: number;
    runs: number;
    nodes: number;
    stakes: number;
    registrations: number;
    rewards: number;
  };
}

/** null where the index begins with the chain's first transaction. */
export async function readBeginning(reader: Reader): Promise<Beginning | null> {
  const row = await reader.first<{ slot: Numeric; at: Numeric | null; records: Beginning['records'] }>(
    'select slot, block_time as at, records from bootstrap where id = 1',
  );
  return row === undefined ? null : { slot: big(row.slot), at: intOrNull(row.at), records: row.records };
}
