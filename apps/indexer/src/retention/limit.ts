import type { DatabaseClient } from '@inferscan/db';

import { isDeferred } from '../store/bulk/deferred.js';
import { EVENT_OF_STORED } from '../store/partitions.js';

type Query = Pick<DatabaseClient, 'query'>;

const DAY = 86_400n;

/** Up to where raw data may go. */
export interface RetentionLimit {
  /** Everything that happened in slots before it. */
  readonly slot: bigint;
  /** Unix seconds by the chain: what is older than this. */
  readonly time: bigint;
}

interface LastFinal {
  readonly slot: bigint;
  readonly blockTime: bigint | null;
}

/**
 * What is older than so many days, by the time of the last final transaction: a chain that rested loses nothing. The last final
 * transaction with events stays, for a fork may take back everything after it. Null where nothing is to go.
 */
export async function retentionLimit(client: Query, days: number): Promise<RetentionLimit | null> {
  if (await isDeferred(client)) return null;
  const { rows } = await client.query<LastFinal>(
    `SELECT slot, block_time AS "blockTime" FROM chain_transaction AS stored
     WHERE slot <= (SELECT finalized_slot FROM checkpoint WHERE id = 1) AND EXISTS (SELECT FROM event WHERE ${EVENT_OF_STORED})
     ORDER BY slot DESC, index DESC LIMIT 1`,
  );
  const [last] = rows;
  if (last === undefined || last.blockTime === null) return null;
  const time = last.blockTime - BigInt(days) * DAY;
  const slot = await firstSlotSince(client, time, last.slot);
  return slot === null ? null : { slot, time };
}

/** The first slot, of those up to one, that is not older than a time; null where there is nothing older. Block times never fall. */
async function firstSlotSince(client: Query, time: bigint, upTo: bigint): Promise<bigint | null> {
  const dated = async (from: bigint): Promise<LastFinal | null> => {
    const { rows } = await client.query<LastFinal>(
      `SELECT slot, block_time AS "blockTime" FROM chain_transaction
       WHERE slot >= $1 AND slot <= $2 AND block_time IS NOT NULL ORDER BY slot, index LIMIT 1`,
      [from, upTo],
    );
    return rows[0] ?? null;
  };
  const first = await dated(0n);
  if (first === null || first.blockTime === null || first.blockTime >= time) return null;
  let [older, notOlder] = [first.slot, upTo];
  while (notOlder - older > 1n) {
    const middle = (older + notOlder) / 2n;
    const found = await dated(middle);
    if (found === null || found.blockTime === null || found.blockTime >= time) notOlder = middle;
    else older = found.slot;
  }
  return (await dated(notOlder))?.slot ?? null;
}
