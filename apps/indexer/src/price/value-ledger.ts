import type { DatabaseClient } from '@inferscan/db';

/** A price says what a NOS was worth for so many seconds, unless a later one does. */
export const MAX_PRICE_AGE_SECONDS = 7_200n;

const VALUED = `'deposit', 'payout', 'refund', 'fee'`;

/**
 * Gives every movement of money of a time its worth by the last price at or before it, half a micro-USD rounded up, and
 * takes worths away whose movement is gone. Values are a function of prices and movements: those that came late or went
 * change what was written before.
 */
export async function valueLedger(client: DatabaseClient, from: bigint, to: bigint): Promise<void> {
  await client.query(
    `DELETE FROM ledger_value AS v WHERE v.block_time >= $1 AND v.block_time < $2
       AND NOT EXISTS (SELECT FROM ledger_entry AS l WHERE l.position = v.position AND l.block_time = v.block_time
         AND l.kind IN (${VALUED}))`,
    [from, to],
  );
  await client.query(
    `INSERT INTO ledger_value AS v (position, block_time, price_at, price_source, price_usd_micro, usd_micro)
     SELECT l.position, l.block_time, p.at, p.source, p.usd_micro, div(l.amount * p.usd_micro + 500000, 1000000)
     FROM ledger_entry AS l CROSS JOIN LATERAL (
       SELECT * FROM price WHERE at <= l.block_time AND at >= l.block_time - ${MAX_PRICE_AGE_SECONDS}
       ORDER BY at DESC, source DESC LIMIT 1
     ) AS p
     WHERE l.block_time >= $1 AND l.block_time < $2 AND l.kind IN (${VALUED})
     ON CONFLICT (position) DO UPDATE SET block_time = excluded.block_time, price_at = excluded.price_at,
       price_source = excluded.price_source, price_usd_micro = excluded.price_usd_micro, usd_micro = excluded.usd_micro
     WHERE (v.block_time, v.price_at, v.price_source, v.price_usd_micro, v.usd_micro) IS DISTINCT FROM
       (excluded.block_time, excluded.price_at, excluded.price_source, excluded.price_usd_micro, excluded.usd_micro)`,
    [from, to],
  );
}
