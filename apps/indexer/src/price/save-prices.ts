import type { Database } from '@inferscan/db';

import { inTransaction } from '../store/transaction.js';
import type { Price } from './price-source.js';
import { MAX_PRICE_AGE_SECONDS } from './value-ledger.js';

/** Prices written in one statement. */
const CHUNK = 10_000;

/**
 * Stores prices, those that changed and those that came late included, and marks the hours whose money they may value.
 * @returns how many were new or another
 */
export async function savePrices(
  { pool }: Database,
  source: string,
  prices: readonly Price[],
): Promise<number> {
  // Of several for one second the last counts.
  const distinct = [...new Map(prices.map((price) => [price.at, price])).values()];
  let saved = 0;
  for (let first = 0; first < distinct.length; first += CHUNK) {
    const chunk = distinct.slice(first, first + CHUNK);
    saved += await inTransaction(pool, async (client) => {
      const { rowCount } = await client.query(
        `WITH saved AS (
           INSERT INTO price (at, source, usd_micro)
           SELECT at, $1, usd_micro FROM unnest($2::bigint[], $3::bigint[]) AS told (at, usd_micro)
           ON CONFLICT (at, source) DO UPDATE SET usd_micro = excluded.usd_micro
           WHERE price.usd_micro <> excluded.usd_micro
           RETURNING at
         ), marked AS (
           INSERT INTO rollup_dirty (hour)
           SELECT DISTINCT hour FROM saved
           CROSS JOIN LATERAL generate_series(rollup_hour(at), rollup_hour(at + $4), 3600) AS touched (hour)
         )
         SELECT FROM saved`,
        [source, chunk.map(({ at }) => at), chunk.map(({ usdMicro }) => usdMicro), MAX_PRICE_AGE_SECONDS],
      );
      return rowCount ?? 0;
    });
  }
  return saved;
}
