import type { Database } from '@inferscan/db';

import { type Price, PriceError, type PriceSource } from './price-source.js';
import { savePrices } from './save-prices.js';
import { MAX_PRICE_AGE_SECONDS } from './value-ledger.js';

/** Past prices are asked for in stretches that begin at multiples of this; longer ones are answered with days only. */
const WINDOW_SECONDS = 30n * 86_400n;
/** Asked for in one go, so that the source's limits leave room for the latest price. */
const MAX_WINDOWS = 4;
/** A window that ended is known for good when it was asked for so long after; until then every so often. */
const AGAIN = `interval '1 hour'`;
/** A window that the source refused is asked for again after this: plans change. */
const AGAIN_REFUSED = `interval '1 day'`;

/**
 * Asks for prices of the times at which money moved and that were not asked for yet, the latest first.
 * @returns how many prices were new
 * @throws PriceError when the source does not answer for now
 */
export async function fetchPast(
  database: Database,
  source: PriceSource,
  signal: AbortSignal,
): Promise<number> {
  if (source.past === null) return 0;
  let saved = 0;
  for (const start of await dueWindows(database, source.name)) {
    let prices: readonly Price[] = [];
    let refusal: PriceError | null = null;
    try {
      prices = await source.past(start - MAX_PRICE_AGE_SECONDS, start + WINDOW_SECONDS, signal);
    } catch (error) {
      if (!(error instanceof PriceError && error.refused)) throw error;
      refusal = error;
    }
    saved += await savePrices(database, source.name, prices);
    await database.pool.query(
      `INSERT INTO price_window (source, starts_at, fetched_at, prices, error) VALUES ($1, $2, now(), $3, $4)
       ON CONFLICT (source, starts_at) DO UPDATE
       SET fetched_at = excluded.fetched_at, prices = excluded.prices, error = excluded.error`,
      [source.name, start, prices.length, refusal?.message ?? null],
    );
  }
  return saved;
}

async function dueWindows({ pool }: Database, source: string): Promise<bigint[]> {
  const { rows } = await pool.query<{ start: bigint }>(
    `WITH span AS (
       SELECT min(block_time) AS first, least(max(block_time), extract(epoch FROM now())::bigint) AS last
       FROM ledger_entry WHERE block_time >= 0
     )
     SELECT start FROM span
     CROSS JOIN LATERAL generate_series(first - first % $2::bigint, last, $2::bigint) AS candidate (start)
     LEFT JOIN price_window AS w ON w.source = $1 AND w.starts_at = start
     WHERE EXISTS (SELECT FROM ledger_entry WHERE block_time >= start AND block_time < start + $2)
       AND (w.source IS NULL
         OR (w.error IS NOT NULL AND w.fetched_at < now() - ${AGAIN_REFUSED})
         OR (w.error IS NULL AND w.fetched_at < now() - ${AGAIN}
             AND w.fetched_at < to_timestamp(start + $2) + ${AGAIN}))
     ORDER BY start DESC LIMIT ${MAX_WINDOWS}`,
    [source, WINDOW_SECONDS],
  );
  return rows.map(({ start }) => start);
}
