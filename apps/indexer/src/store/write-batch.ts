import { type DatabaseClient, isOneStatement, TABLES, writeRows } from '@inferscan/db';
import type { ChangeSet } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { settleJobs } from '../content/settle-jobs.js';
import type { SourceBlock } from '../source/chain-source.js';
import { moveCheckpoint, setFinalized } from './checkpoint.js';
import { queueSteps } from './content-rows.js';
import { foldedSteps } from './folded.js';
import { inTurn, type Step } from './in-turn.js';
import { forgetMarks, writeMarks } from './marks.js';
import { changedAddresses, notify } from './notification.js';
import { addPartitions } from './partitions.js';
import { eventRow, transactionRow } from './rows.js';
import type { StoreBatch } from './store.js';
import { rememberRows } from './undo.js';

/**
 * Writes a batch within the client's transaction, on a pipelined connection in three or four ways to the server and back: a busy
 * machine makes each of them wait. @throws ConcurrentWriterError
 */
export async function writeBatch(
  client: DatabaseClient,
  addresses: readonly Address[],
  { after, transactions, changes, block }: StoreBatch,
): Promise<void> {
  const last = transactions.at(-1);
  if (last === undefined) throw new RangeError('a batch must have a transaction');
  const { slot } = last;
  const beside = new Map(changes.beside.map((each) => [each.signature, each]));
  const transactionRows = transactions.map((each) => transactionRow(each, beside.get(each.signature)));
  const steps: readonly Step[] = [
    () => moveCheckpoint(client, after, last),
    () => writeMarks(client, addresses, transactions),
    () => addPartitions(client, transactions),
    ...(block === null
      ? [() => setFinalized(client, slot), () => forgetMarks(client, slot)]
      : [() => writeBlock(client, block), () => rememberRows(client, block.slot, changes)]),
    () => writeRows(client, TABLES.chainTransaction, transactionRows, 'keep'),
    () => writeRows(client, TABLES.event, changes.events.map(eventRow), 'keep'),
    ...foldedSteps(client, changes),
    ...queueSteps(client, changes),
    // Delivered when the transaction commits, to nobody if it does not.
    () => notify(client, slot, changedAddresses(changes)),
    // Asks for more when it was answered: nothing may come after it.
    () =>
      settleJobs(
        client,
        changes.jobs.map(({ id }) => id),
      ),
  ];
  await inTurn(steps, client.pipeline && isSmall(transactions.length, changes));
}

const writeBlock = (client: DatabaseClient, { slot, blockhash }: SourceBlock): Promise<unknown> =>
  client.query(
    'INSERT INTO block (slot, blockhash) VALUES ($1, $2) ON CONFLICT (slot) DO UPDATE SET blockhash = excluded.blockhash',
    [slot, blockhash],
  );

/** Whether all rows of a batch go in one statement for each table. */
function isSmall(transactions: number, changes: ChangeSet): boolean {
  const { events, jobs, beside: _beside, ...rest } = changes;
  // A job has up to two documents.
  const counts = [
    transactions,
    events.length,
    2 * jobs.length,
    ...Object.values(rest).map(({ length }) => length),
  ];
  return isOneStatement(Math.max(...counts));
}
