import type { Database, DatabaseClient } from '@inferscan/db';

import { laterOf } from '../archive/ranges.js';
import { readBeginning, type StoredBeginning } from '../bootstrap/stored.js';
import { valueLedger } from '../price/value-ledger.js';
import { inTransaction } from '../store/transaction.js';
import { COUNT_HOURS, SUM_DAYS } from './figures.js';

const HOUR = 3_600n;
const DAY = 86_400n;
/** Hours counted in one transaction: enough that a history is counted quickly, few enough to fit in memory. */
const MAX_HOURS = 7n * 24n;
/** Hours that nothing happened to are counted with their neighbours up to this gap. */
const MAX_GAP = 3n * HOUR;

/** Seconds from `from` up to `to`, whole hours. */
interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Counts marked hours again, those marked first first, and the days that they lie in: one stretch of hours a call, in one
 * transaction. What is committed meanwhile marks its hour again.
 * @returns whether there was anything to do
 */
export function rebuildSome({ pool }: Database): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const range = await oldestStretch(client);
    if (range === null) return false;
    // First the marks, then, in later snapshots, what they stand for: nothing can fall between.
    await client.query('DELETE FROM rollup_dirty WHERE hour >= $1 AND hour < $2', [range.from, range.to]);
    await valueLedger(client, range.from, range.to);
    await recount(client, 'hour', COUNT_HOURS, range, await readBeginning(client));
    await recount(client, 'day', SUM_DAYS, {
      from: range.from - (range.from % DAY),
      to: range.to + ((DAY - (range.to % DAY)) % DAY),
    });
    return true;
  });
}

async function recount(
  client: DatabaseClient,
  granularity: 'hour' | 'day',
  sql: string,
  { from, to }: Range,
  beginning: StoredBeginning | null = null,
): Promise<void> {
  await client.query('DELETE FROM rollup WHERE granularity = $1 AND starts_at >= $2 AND starts_at < $3', [
    granularity,
    from,
    to,
  ]);
  // Of what happened before the index began it knows a few open accounts: they are no figures of those hours.
  await client.query(sql, [laterOf(from, beginning?.blockTime ?? from), to]);
}

/** The hour that has waited longest, with marked hours that lie closely before and after it; null where none is marked. */
async function oldestStretch(client: DatabaseClient): Promise<Range | null> {
  const { rows } = await client.query<{ hour: bigint; oldest: bigint }>(
    `WITH first AS (SELECT hour AS oldest FROM rollup_dirty ORDER BY id LIMIT 1)
     SELECT DISTINCT hour, oldest FROM first JOIN rollup_dirty ON hour > oldest - $1::bigint AND hour < oldest + $1
     ORDER BY hour`,
    [MAX_HOURS * HOUR],
  );
  const oldest = rows[0]?.oldest;
  if (oldest === undefined) return null;
  let from = oldest;
  for (const { hour } of rows.toReversed()) {
    if (hour < from && from - hour <= MAX_GAP) from = hour;
  }
  let last = from;
  for (const { hour } of rows) {
    if (hour > last && hour - last <= MAX_GAP && hour - from < MAX_HOURS * HOUR) last = hour;
  }
  return { from, to: last + HOUR };
}
