import { type DatabaseClient, TABLES, type TableSpec, writeRows } from '@inferscan/db';
import type { ChangeSet } from '@inferscan/protocol';

import { registrationRow, rewardPoolRow, rewardRow, stakeRow } from './program-rows.js';
import { jobRow, ledgerRow, marketRow, nodeRow, runRow } from './rows.js';

/** Tables of what a fold makes: its records, and the ledger. */
export const RECORD_TABLES: readonly TableSpec[] = [
  TABLES.market,
  TABLES.job,
  TABLES.run,
  TABLES.node,
  TABLES.stake,
  TABLES.nodeRegistration,
  TABLES.rewardPool,
  TABLES.reward,
  TABLES.ledgerEntry,
];

/** What follows from events: ledger entries and anomalies are added, records replaced. */
export async function writeFolded(client: DatabaseClient, changes: ChangeSet): Promise<void> {
  await writeRows(client, TABLES.ledgerEntry, changes.ledger.map(ledgerRow), 'keep');
  const anomalies = changes.anomalies.map((anomaly) => ({ ...anomaly }));
  await writeRows(client, TABLES.anomaly, anomalies, 'keep');
  await writeRows(client, TABLES.market, changes.markets.map(marketRow), 'replace');
  await writeRows(client, TABLES.job, changes.jobs.map(jobRow), 'replace');
  await writeRows(client, TABLES.run, changes.runs.map(runRow), 'replace');
  await writeRows(client, TABLES.node, changes.nodes.map(nodeRow), 'replace');
  await writeRows(client, TABLES.stake, changes.stakes.map(stakeRow), 'replace');
  await writeRows(client, TABLES.nodeRegistration, changes.nodeRegistrations.map(registrationRow), 'replace');
  await writeRows(client, TABLES.rewardPool, changes.rewardPools.map(rewardPoolRow), 'replace');
  await writeRows(client, TABLES.reward, changes.rewards.map(rewardRow), 'replace');
}
