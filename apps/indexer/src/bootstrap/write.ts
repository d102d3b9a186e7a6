import { appendRows, type Database, type DatabaseClient, TABLES, type TableSpec } from '@inferscan/db';
import type { ChangeSet } from '@inferscan/protocol';

import { settleJobs } from '../content/settle-jobs.js';
import type { AddressMarks } from '../source/cursor.js';
import { isDeferred } from '../store/bulk/deferred.js';
import { queueContent } from '../store/content-rows.js';
import { RECORD_TABLES } from '../store/folded.js';
import { CHANNEL } from '../store/notification.js';
import { addPartitions } from '../store/partitions.js';
import { registrationRow, rewardPoolRow, rewardRow, stakeRow } from '../store/program-rows.js';
import { jobRow, ledgerRow, marketRow, nodeRow, runRow } from '../store/rows.js';
import { ConcurrentWriterError } from '../store/store.js';
import { inTransaction } from '../store/transaction.js';

/** What an index begins with. */
export interface Beginning {
  readonly slot: bigint;
  readonly blockTime: bigint | null;
  readonly records: ChangeSet;
  /** The last transactions of the programs up to the slot; at least one. */
  readonly marks: AddressMarks;
}

/** Whether nothing is stored yet, nor on its way. */
export async function isEmpty({ pool }: Pick<Database, 'pool'>): Promise<boolean> {
  const { rows } = await pool.query<{ empty: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM checkpoint WHERE signature IS NOT NULL)
        AND NOT EXISTS (SELECT FROM chain_transaction) AS empty`,
  );
  return rows[0]?.empty === true && !(await isDeferred(pool));
}

/** Jobs settled at once. */
const PAGE = 1_000;

/**
 * Writes what an index begins with into an empty database, all or nothing: records, ledger, checkpoint, and the records once
 * more, for folding the events again.
 * @throws ConcurrentWriterError
 */
export async function writeBeginning({ pool }: Database, beginning: Beginning): Promise<void> {
  const { slot, records } = beginning;
  await inTransaction(pool, async (client) => {
    await moveToBeginning(client, beginning);
    // Lists from the first transaction on may have been begun.
    await client.query('TRUNCATE signature_spool, signature_spool_state');
    await addPartitions(client, [{ slot }]);
    await appendRows(client, TABLES.market, records.markets.map(marketRow));
    await appendRows(client, TABLES.job, records.jobs.map(jobRow));
    await appendRows(client, TABLES.run, records.runs.map(runRow));
    await appendRows(client, TABLES.node, records.nodes.map(nodeRow));
    await appendRows(client, TABLES.stake, records.stakes.map(stakeRow));
    await appendRows(client, TABLES.nodeRegistration, records.nodeRegistrations.map(registrationRow));
    await appendRows(client, TABLES.rewardPool, records.rewardPools.map(rewardPoolRow));
    await appendRows(client, TABLES.reward, records.rewards.map(rewardRow));
    await appendRows(client, TABLES.ledgerEntry, records.ledger.map(ledgerRow));
    for (const spec of RECORD_TABLES) await keepRows(client, spec);
    await queueContent(client, records);
    const ids = records.jobs.map(({ id }) => id);
    for (let start = 0; start < ids.length; start += PAGE) {
      await settleJobs(client, ids.slice(start, start + PAGE));
    }
    await client.query('SELECT pg_notify($1, $2)', [
      CHANNEL,
      JSON.stringify({ slot: slot.toString(), many: true }),
    ]);
  });
}

/** Everything follows the last transaction before; all of it is final. */
async function moveToBeginning(
  client: DatabaseClient,
  { slot, blockTime, marks, records }: Beginning,
): Promise<void> {
  const [last] = [...marks.values()].sort((left, right) => Number(right.slot - left.slot));
  if (last === undefined) throw new RangeError('an index must begin after a transaction');
  const { rowCount } = await client.query(
    `UPDATE checkpoint SET slot = $1, index = 0, signature = $2, finalized_slot = $3, updated_at = now()
     WHERE id = 1 AND signature IS NULL`,
    [last.slot, last.signature, slot],
  );
  if (rowCount !== 1) {
    throw new ConcurrentWriterError('the database is not empty any more: another indexer writes to it');
  }
  for (const [address, mark] of marks) {
    await client.query('INSERT INTO address_mark (address, slot, signature) VALUES ($1, $2, $3)', [
      address,
      mark.slot,
      mark.signature,
    ]);
  }
  await client.query(
    `INSERT INTO bootstrap (id, slot, block_time, last_slot, last_signature, records) VALUES (1, $1, $2, $3, $4, $5)`,
    [slot, blockTime, last.slot, last.signature, JSON.stringify(countsOf(records))],
  );
}

/** How many records were made of the accounts. */
export const countsOf = ({ markets, jobs, runs, nodes, stakes, nodeRegistrations, rewards }: ChangeSet) => ({
  markets: markets.length,
  jobs: jobs.length,
  runs: runs.length,
  nodes: nodes.length,
  stakes: stakes.length,
  registrations: nodeRegistrations.length,
  rewards: rewards.length,
});

async function keepRows(client: DatabaseClient, { table, key }: TableSpec): Promise<void> {
  await client.query(
    `INSERT INTO bootstrap_row (table_name, key, row)
     SELECT $1, concat_ws(' ', ${key.join(', ')}), to_jsonb(${table}) FROM ${table}`,
    [table],
  );
}
