import type { DatabaseClient } from '@inferscan/db';

import type { SourceCursor } from '../source/cursor.js';
import { ConcurrentWriterError } from './store.js';

/** Notes that everything up to a slot is final. */
export async function setFinalized(client: DatabaseClient, slot: bigint): Promise<void> {
  await client.query('UPDATE checkpoint SET finalized_slot = $1 WHERE id = 1 AND finalized_slot < $1', [
    slot,
  ]);
}

/** Fails when the checkpoint is not where this batch begins: then another process writes, whatever the locks say. */
export async function moveCheckpoint(
  client: DatabaseClient,
  after: Pick<SourceCursor, 'signature'> | null,
  last: { slot: bigint; index: number; signature: string },
): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE checkpoint SET slot = $1, index = $2, signature = $3, updated_at = now()
     WHERE id = 1 AND signature IS NOT DISTINCT FROM $4`,
    [last.slot, last.index, last.signature, after?.signature ?? null],
  );
  if (rowCount !== 1) {
    throw new ConcurrentWriterError(
      'the database is not where this indexer left it: another indexer writes to it, or it was reset; stop the other one',
    );
  }
}
