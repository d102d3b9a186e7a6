import type { Database, DatabaseClient } from '@inferscan/db';

import { laterOf } from '../archive/ranges.js';
import { readBeginning, type StoredBeginning } from '../bootstrap/stored.js';
import { valueLedger } from '../price/value-ledger.js';
import { inTransaction } from '../store/transaction.js';
import { COUNT_HOURS, SUM_DAYS } from './figures.js';
import { MAX_HOURS } from './pace.js';

const HOUR = 3_600n;
const DAY = 86_400n;
/** Hours that nothing happened to are counted with their neighbours up to this gap. */
const MAX_GAP = 3n * HOUR;

/** Seconds from `from` up to `to`, whole hours. */
interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** What a call counted. */
export interface Counted {
  /** Hours of the stretch. */
  readonly hours: number;
  /** Marked hours that remain. */
  readonly left: number;
}

/**
 * Counts marked hours again, those marked first first, and the days that they lie in: one stretch of hours a call, in one
 * transaction. What is committed meanwhile marks its hour again.
 * @param maxHours of the stretch, 1 to MAX_HOURS
 * @returns null where there was nothing to do
 */
export function rebuildSome({ pool }: Database, maxHours = MAX_HOURS): Promise<Counted | null> {
  return inTransaction(pool, async (client) => {
    const range = await oldestStretch(client, BigInt(maxHours) * HOUR);
    if (range === null) return null;
    // First the marks, then, in later snapshots, what they stand for: nothing can fall between.
    await client.query('DELETE FROM rollup_dirty WHERE hour >= $1 AND hour < $2', [range.from, range.to]);
    await valueLedger(client, range.from, range.to);
    await recount(client, 'hour', COUNT_HOURS, range, await readBeginning(client));
    await recount(client, 'day', SUM_DAYS, {
      from: range.from - (range.from % DAY),
      to: range.to + ((DAY - (range.to % DAY)) % DAY),
    });
    return { hours: Number((range.to - range.from) / HOUR), left: await countMarkedHours(client) };
  });
}

/** Hours whose figures are not those of the tables, or not yet. */
export async function countMarkedHours(client: Pick<DatabaseClient, 'query'>): Promise<number> {
  const { rows } = await client.query<{ hours: bigint }>(
    'SELECT count(DISTINCT hour) AS hours FROM rollup_dirty',
  );
  return Number(rows[0]?.hours ?? 0);
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
async function oldestStretch(client: DatabaseClient, longest: bigint): Promise<Range | null> {
  const { rows } = await client.query<{ hour: bigint; oldest: bigint }>(
    `WITH first AS (SELECT hour AS oldest FROM rollup_dirty ORDER BY id LIMIT 1)
     SELECT DISTINCT hour, oldest FROM first JOIN rollup_dirty ON hour > oldest - $1::bigint AND hour < oldest + $1
     ORDER BY hour`,
    [longest],
  );
  const oldest = rows[0]?.oldest;
  if (oldest === undefined) return null;
  let from = oldest;
  for (const { hour } of rows.toReversed()) {
    if (hour < from && from - hour <= MAX_GAP) from = hour;
  }
  let last = from;
  for (const { hour } of rows) {
    if (hour > last && hour - last <= MAX_GAP && hour - from < longest) last = hour;
  }
  return { from, to: last + HOUR };
}
