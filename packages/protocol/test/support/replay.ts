import type { ChainTransaction } from '../../src/chain/transaction.js';
import { createNetworkFold } from '../../src/fold/network-fold.js';
import type { ChangeSet, JobRecord, LedgerEntry, NetworkSnapshot } from '../../src/fold/records.js';
import type { NetworkConfig } from '../../src/network/config.js';
import { addr } from './addresses.js';
import { network } from './instructions.js';
import { requireRepeatable } from './repeat.js';

/**
 * The tables that an indexer would have written, and the fold's own state. The stored events must give them once more.
 */
export function replay(
  history: readonly ChainTransaction[],
  from?: NetworkSnapshot,
  cluster: NetworkConfig = network,
) {
  const fold = createNetworkFold(cluster, from);
  const changes: ChangeSet[] = history.map((tx) => fold.apply(tx));
  requireRepeatable(history, changes, cluster, from);
  const latest = <T>(rows: readonly T[], key: (row: T) => string) =>
    new Map(rows.map((row) => [key(row), row] as const));
  const markets = latest(
    changes.flatMap((set) => set.markets),
    ({ address }) => address,
  );
  const jobs = latest(
    changes.flatMap((set) => set.jobs),
    ({ id }) => id,
  );
  const runs = latest(
    changes.flatMap((set) => set.runs),
    ({ id }) => id,
  );
  const nodes = latest(
    changes.flatMap((set) => set.nodes),
    ({ address }) => address,
  );
  const stakes = latest(
    changes.flatMap((set) => set.stakes),
    ({ id }) => id,
  );
  const nodeRegistrations = latest(
    changes.flatMap((set) => set.nodeRegistrations),
    ({ address }) => address,
  );
  const rewardPools = latest(
    changes.flatMap((set) => set.rewardPools),
    ({ address }) => address,
  );
  const rewards = latest(
    changes.flatMap((set) => set.rewards),
    ({ id }) => id,
  );
  const ledger: LedgerEntry[] = changes.flatMap((set) => set.ledger);
  const need = <T>(row: T | undefined, what: string): T => {
    if (row === undefined) throw new Error(`no record of ${what}`);
    return row;
  };
  return {
    changes,
    markets,
    jobs,
    runs,
    nodes,
    stakes,
    nodeRegistrations,
    rewardPools,
    rewards,
    ledger,
    events: changes.flatMap((set) => set.events),
    anomalies: changes.flatMap((set) => set.anomalies).map(({ message }) => message),
    snapshot: fold.snapshot(),
    market: (name: string) => need(markets.get(addr(name)), name),
    node: (name: string) => need(nodes.get(addr(name)), name),
    /** All lives of a job address, oldest first. */
    lives: (name: string): JobRecord[] => [...jobs.values()].filter(({ address }) => address === addr(name)),
    job: (name: string): JobRecord =>
      need(
        [...jobs.values()].findLast(({ address }) => address === addr(name)),
        name,
      ),
    run: (name: string) =>
      need(
        [...runs.values()].findLast(({ address }) => address === addr(name)),
        name,
      ),
    kindsOf: (name: string) =>
      ledger
        .filter(({ jobId }) => jobId?.startsWith(addr(name)))
        .map(({ kind, amount }) => [kind, amount] as const),
  };
}
export type Replay = ReturnType<typeof replay>;
