import { copyInto, type Database } from '@inferscan/db';

import type { SignatureSpool } from '../source/spool.js';
import { inTransaction } from './transaction.js';

interface EntryRow {
  signature: string;
  slot: bigint;
  transactionIndex: number | null;
}

const OLDEST_FIRST = `
  SELECT signature, slot, transaction_index AS "transactionIndex" FROM signature_spool
  WHERE slot > $1 ORDER BY ordinal DESC LIMIT $2`;

/** A spool in the same database as the facts: it is there again after a restart, and --reset empties it. */
export function createPostgresSpool({ pool }: Database): SignatureSpool {
  const readOldest = async (afterSlot: bigint, limit: number): Promise<EntryRow[]> =>
    (await pool.query<EntryRow>(OLDEST_FIRST, [afterSlot, limit])).rows;

  return {
    async state() {
      const { rows } = await pool.query<{ afterSlot: bigint; upToSlot: bigint; complete: boolean }>(
        'SELECT after_slot AS "afterSlot", up_to_slot AS "upToSlot", complete FROM signature_spool_state WHERE id = 1',
      );
      const [state] = rows;
      if (state === undefined) return null;
      const [oldest] = await readOldest(-1n, 1);
      return { ...state, oldest: oldest ?? null };
    },
    begin: (afterSlot, upToSlot) =>
      inTransaction(pool, async (client) => {
        await client.query('TRUNCATE signature_spool, signature_spool_state');
        await client.query(
          'INSERT INTO signature_spool_state (id, after_slot, up_to_slot, complete) VALUES (1, $1, $2, false)',
          [afterSlot, upToSlot],
        );
      }),
    append: (entries) =>
      inTransaction(pool, async (client) => {
        const { rows } = await client.query<{ last: bigint | null }>(
          'SELECT max(ordinal) AS last FROM signature_spool',
        );
        const start = (rows[0]?.last ?? -1n) + 1n;
        await copyInto(
          client,
          'signature_spool',
          ['ordinal', 'signature', 'slot', 'transaction_index'],
          entries.map(({ signature, slot, transactionIndex }, index) => [
            start + BigInt(index),
            signature,
            slot,
            transactionIndex,
          ]),
        );
      }),
    async markComplete() {
      await pool.query('UPDATE signature_spool_state SET complete = true WHERE id = 1');
    },
    readOldest,
    async discardThrough(slot) {
      await pool.query('DELETE FROM signature_spool WHERE slot <= $1', [slot]);
    },
    async clear() {
      await pool.query('TRUNCATE signature_spool, signature_spool_state');
    },
  };
}
