import type { DatabaseClient } from '@inferscan/db';
import type { ChainTransaction } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { type AddressMark, type AddressMarks, lastNaming } from '../source/cursor.js';

type Query = Pick<DatabaseClient, 'query'>;

/** Notes the last transactions of a batch that name each address. */
export async function writeMarks(
  client: Query,
  addresses: readonly Address[],
  transactions: readonly ChainTransaction[],
): Promise<void> {
  const marks = [...lastNaming(transactions, addresses)];
  await client.query(
    `INSERT INTO address_mark (address, slot, signature)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
     ON CONFLICT (address, slot) DO UPDATE SET signature = excluded.signature`,
    [
      marks.map(([address]) => address),
      marks.map(([, { slot }]) => slot),
      marks.map(([, { signature }]) => signature),
    ],
  );
}

/** What was stored last of each address in slots up to one; null: at all. */
export async function readMarks(client: Query, upTo: bigint | null): Promise<AddressMarks> {
  const { rows } = await client.query<{ address: Address; slot: bigint; signatures: string[] }>(
    `SELECT address, max(slot) AS slot, array_agg(signature ORDER BY slot DESC) AS signatures
     FROM address_mark WHERE slot <= $1 OR $1 IS NULL GROUP BY address`,
    [upTo],
  );
  return new Map(
    rows.map(({ address, slot, signatures: [signature = '', previous = null] }): [Address, AddressMark] => [
      address,
      { slot, signature, previous },
    ]),
  );
}

/** Forgets marks that a rollback cannot come back to: of what is final, the last two of each address are enough. */
export async function forgetMarks(client: Query, finalizedSlot: bigint): Promise<void> {
  await client.query(
    `DELETE FROM address_mark USING (
       SELECT address, slot, row_number() OVER (PARTITION BY address ORDER BY slot DESC) AS place
       FROM address_mark WHERE slot <= $1
     ) AS ranked
     WHERE address_mark.address = ranked.address AND address_mark.slot = ranked.slot AND ranked.place > 2`,
    [finalizedSlot],
  );
}
