import { type Database, type DatabaseClient, TABLES, writeRows } from '@inferscan/db';
import {
  type ChainTransaction,
  type ChangeSet,
  createNetworkFold,
  type NetworkConfig,
} from '@inferscan/protocol';

import { requireAllEvents } from '../retention/kept.js';
import { CHANNEL, changedAddresses, notificationOf } from '../store/notification.js';
import { addPartitions } from '../store/partitions.js';
import { eventRow, ledgerRow, transactionRow } from '../store/rows.js';
import { readSnapshot } from '../store/snapshot.js';
import { inTransaction } from '../store/transaction.js';

/**
 * Enters final transactions that were never read, at their places. What strays moved is added to the ledger and to the
 * balances of vaults. Whatever else there is goes into the event log alone: what followed it has to be folded again.
 * @returns whether all of them were strays, so that the tables have what they did
 * @throws EventsNotKeptError where they are not, and what followed cannot be folded again
 */
export function insertMissing(
  { pool }: Database,
  network: NetworkConfig,
  transactions: readonly ChainTransaction[],
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const fold = createNetworkFold(network, await readSnapshot((sql) => client.query(sql)));
    const changes = transactions.map((transaction) => fold.apply(transaction));
    // One that calls none of the network's programs: nothing that follows it depends on it but balances.
    const done = changes.every(({ events }) => events.length === 0);
    // What followed it would have to be folded again.
    if (!done) await requireAllEvents(client);
    await addPartitions(client, transactions);
    for (const [order, transaction] of transactions.entries()) {
      const change = changes[order];
      if (change === undefined) continue;
      const row = transactionRow(transaction, change.beside[0]);
      await writeRows(client, TABLES.chainTransaction, [row], 'keep');
      await writeRows(client, TABLES.event, change.events.map(eventRow), 'keep');
      if (done) await addStray(client, change);
    }
    if (done) {
      const slot = transactions.at(-1)?.slot ?? 0n;
      const touched = changes.map(changedAddresses);
      const notification = notificationOf(slot, {
        jobs: [],
        markets: touched.flatMap(({ markets }) => [...markets]),
        nodes: [],
      });
      await client.query('SELECT pg_notify($1, $2)', [CHANNEL, notification]);
    }
    return done;
  });
}

/** What a stray did to the tables, as they are now: later transactions may have told of vaults since. */
async function addStray(client: DatabaseClient, change: ChangeSet): Promise<void> {
  await writeRows(client, TABLES.ledgerEntry, change.ledger.map(ledgerRow), 'keep');
  await writeRows(
    client,
    TABLES.anomaly,
    change.anomalies.map((anomaly) => ({ ...anomaly })),
    'keep',
  );
  for (const { market, vaultDelta, position } of change.ledger) {
    // A market's position is that of its last transfer's call, without what tells two ends of one transfer apart.
    await client.query(
      `UPDATE market SET vault_balance = vault_balance + $2, updated_position = greatest(updated_position, $3)
       WHERE address = $1`,
      [market, vaultDelta, position.replace('+', '')],
    );
  }
  for (const { id, vaultBalance, updatedPosition } of change.stakes) {
    await client.query(
      'UPDATE stake SET vault_balance = $2, updated_position = $3 WHERE id = $1 AND updated_position < $3',
      [id, vaultBalance, updatedPosition],
    );
  }
  for (const { address, vaultBalance, updatedPosition } of change.rewardPools) {
    await client.query(
      'UPDATE reward_pool SET vault_balance = $2, updated_position = $3 WHERE address = $1 AND updated_position < $3',
      [address, vaultBalance, updatedPosition],
    );
  }
}
