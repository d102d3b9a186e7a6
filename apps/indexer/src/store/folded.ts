import { type DatabaseClient, TABLES, type TableSpec, writeRows } from '@inferscan/db';
import type { ChangeSet } from '@inferscan/protocol';

import { inTurn, type Step } from './in-turn.js';
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

/** Writes what follows from events: ledger entries and anomalies are added, records replaced. */
export const writeFolded = (client: DatabaseClient, changes: ChangeSet): Promise<void> =>
  inTurn(foldedSteps(client, changes), false);

/** What {@link writeFolded} does, one statement each where rows are few enough. */
export function foldedSteps(client: DatabaseClient, changes: ChangeSet): Step[] {
  const anomalies = changes.anomalies.map((anomaly) => ({ ...anomaly }));
  return [
    () => writeRows(client, TABLES.ledgerEntry, changes.ledger.map(ledgerRow), 'keep'),
    () => writeRows(client, TABLES.anomaly, anomalies, 'keep'),
    () => writeRows(client, TABLES.market, changes.markets.map(marketRow), 'replace'),
    () => writeRows(client, TABLES.job, changes.jobs.map(jobRow), 'replace'),
    () => writeRows(client, TABLES.run, changes.runs.map(runRow), 'replace'),
    () => writeRows(client, TABLES.node, changes.nodes.map(nodeRow), 'replace'),
    () => writeRows(client, TABLES.stake, changes.stakes.map(stakeRow), 'replace'),
    () =>
      writeRows(client, TABLES.nodeRegistration, changes.nodeRegistrations.map(registrationRow), 'replace'),
    () => writeRows(client, TABLES.rewardPool, changes.rewardPools.map(rewardPoolRow), 'replace'),
    () => writeRows(client, TABLES.reward, changes.rewards.map(rewardRow), 'replace'),
  ];
}
