import { copyInto, type Database } from '@inferscan/db';
import type { Address } from '@solana/kit';

import type { ListedEntry } from '../source/slots.js';
import type { SignatureSpool, SpooledList } from '../source/spool.js';
import { inTransaction } from './transaction.js';

interface StateRow {
  address: Address;
  afterSlot: bigint;
  upToSlot: bigint;
  complete: boolean;
  signature: string | null;
  slot: bigint | null;
}

const STATE = `
  SELECT address, after_slot AS "afterSlot", up_to_slot AS "upToSlot", complete,
         oldest_signature AS signature, oldest_slot AS slot FROM signature_spool_state`;

const OLDEST_FIRST = `
  SELECT address, signature, slot, transaction_index AS "transactionIndex" FROM signature_spool
  WHERE slot > $1 ORDER BY slot, address, place LIMIT $2`;

/** A spool in the same database as the facts: it is there again after a restart, and --reset empties it. */
export function createPostgresSpool({ pool }: Database): SignatureSpool {
  return {
    async state() {
      const { rows } = await pool.query<StateRow>(STATE);
      const [first] = rows;
      if (first === undefined) return null;
      const lists = rows.map(({ address, complete, signature, slot }): [Address, SpooledList] => [
        address,
        { complete, oldest: signature === null || slot === null ? null : { signature, slot } },
      ]);
      return { afterSlot: first.afterSlot, upToSlot: first.upToSlot, lists: new Map(lists) };
    },
    begin: (afterSlot, upToSlot, addresses) =>
      inTransaction(pool, async (client) => {
        await client.query('TRUNCATE signature_spool, signature_spool_state');
        await client.query(
          `INSERT INTO signature_spool_state (address, after_slot, up_to_slot, complete, listed)
           SELECT unnest($1::text[]), $2, $3, false, 0`,
          [addresses, afterSlot, upToSlot],
        );
      }),
    append: (address, entries) =>
      inTransaction(pool, async (client) => {
        const oldest = entries.at(-1);
        if (oldest === undefined) return;
        const { rows } = await client.query<{ listed: bigint }>(
          `UPDATE signature_spool_state SET listed = listed + $2, oldest_signature = $3, oldest_slot = $4
           WHERE address = $1 RETURNING listed`,
          [address, entries.length, oldest.signature, oldest.slot],
        );
        const first = BigInt(entries.length) - (rows[0]?.listed ?? 0n);
        await copyInto(
          client,
          'signature_spool',
          ['slot', 'address', 'place', 'signature', 'transaction_index'],
          entries.map(({ signature, slot, transactionIndex }, order) => [
            slot,
            address,
            first - BigInt(order),
            signature,
            transactionIndex,
          ]),
        );
      }),
    async markComplete(address) {
      await pool.query('UPDATE signature_spool_state SET complete = true WHERE address = $1', [address]);
    },
    readOldest: async (afterSlot, limit) =>
      (await pool.query<ListedEntry>(OLDEST_FIRST, [afterSlot, limit])).rows,
    async clear() {
      await pool.query('TRUNCATE signature_spool, signature_spool_state');
    },
  };
}
