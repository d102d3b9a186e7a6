import type { Database } from '@inferscan/db';

import { isDeferred } from '../../store/bulk/deferred.js';
import { EVENT_OF_STORED } from '../../store/partitions.js';

/** How far the tables reach, and whether they agree with themselves about that. */
export interface CoverageReport {
  readonly firstSlot: string | null;
  /** The index began with the chain's accounts as of this slot; null: with the first transaction. */
  readonly begunAtSlot: string | null;
  /** Of the last stored transaction. */
  readonly lastSlot: string | null;
  /** Everything up to it was stored when an indexer last said so. */
  readonly indexedSlot: string | null;
  /** Everything up to it was compared with the finalized chain. */
  readonly finalizedSlot: string | null;
  readonly transactions: number;
  readonly events: number;
  /** Signatures that a backfill listed and has not fetched: they lie after what is stored. */
  readonly listedAhead: number;
  /** What cannot be, in words. */
  readonly problems: readonly string[];
}

interface Row {
  readonly firstSlot: bigint | null;
  readonly begunAtSlot: bigint | null;
  readonly lastSlot: bigint | null;
  readonly lastSignature: string | null;
  readonly checkpointSlot: bigint | null;
  readonly checkpointSignature: string | null;
  readonly indexedSlot: bigint | null;
  readonly finalizedSlot: bigint | null;
  readonly transactions: bigint;
  readonly events: bigint;
  readonly withoutTransaction: bigint;
  readonly listedAhead: bigint;
}

export async function verifyCoverage({ pool }: Pick<Database, 'pool'>): Promise<CoverageReport> {
  const { rows } = await pool.query<Row>(`
    SELECT first.slot AS "firstSlot", coalesce(last.slot, begun.last_slot) AS "lastSlot",
      coalesce(last.signature, begun.last_signature) AS "lastSignature", begun.slot AS "begunAtSlot",
      checkpoint.slot AS "checkpointSlot", checkpoint.signature AS "checkpointSignature",
      (SELECT indexed_slot FROM indexer_status WHERE id = 1) AS "indexedSlot",
      checkpoint.finalized_slot AS "finalizedSlot",
      (SELECT count(*) FROM chain_transaction) AS transactions, (SELECT count(*) FROM event) AS events,
      (SELECT count(*) FROM event WHERE NOT EXISTS (
         SELECT FROM chain_transaction AS t WHERE t.signature = event.signature)) AS "withoutTransaction",
      (SELECT count(DISTINCT signature) FROM signature_spool
       WHERE checkpoint.signature IS NULL OR signature_spool.slot > checkpoint.slot) AS "listedAhead"
    FROM (SELECT 1) AS one
    LEFT JOIN checkpoint ON checkpoint.id = 1
    LEFT JOIN bootstrap AS begun ON begun.id = 1
    LEFT JOIN (SELECT slot FROM chain_transaction ORDER BY slot, index LIMIT 1) AS first ON true
    LEFT JOIN LATERAL (
      -- What was added because accounts or balances showed it is in no list, and nothing goes on from there: transfers
      -- of no call, and in final slots calls after the last that was listed.
      SELECT slot, signature FROM chain_transaction AS stored
      WHERE EXISTS (SELECT FROM event WHERE ${EVENT_OF_STORED})
        AND (slot > checkpoint.finalized_slot OR (slot, index) <= (checkpoint.slot, checkpoint.index))
      ORDER BY slot DESC, index DESC LIMIT 1
    ) AS last ON true`);
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not say how far it reaches');
  const problems: string[] = [];
  if (row.checkpointSignature !== row.lastSignature) {
    problems.push(
      `the checkpoint names ${row.checkpointSignature ?? 'no transaction'}, the last one is ${row.lastSignature ?? 'none'}`,
    );
  }
  if (await isDeferred(pool)) problems.push('history is half loaded in bulk: backfill or follow ends that');
  if (row.withoutTransaction > 0n) problems.push(`${row.withoutTransaction} events are of no transaction`);
  return {
    firstSlot: row.firstSlot?.toString() ?? null,
    begunAtSlot: row.begunAtSlot?.toString() ?? null,
    lastSlot: row.lastSlot?.toString() ?? null,
    indexedSlot: row.indexedSlot?.toString() ?? null,
    finalizedSlot: row.finalizedSlot?.toString() ?? null,
    transactions: Number(row.transactions),
    events: Number(row.events),
    listedAhead: Number(row.listedAhead),
    problems,
  };
}
