import type {
  ChangeSet,
  JobRecord,
  MarketRecord,
  NodeRecord,
  NodeRegistrationRecord,
  RewardPoolRecord,
  RewardRecord,
  RunRecord,
  StakeRecord,
} from '@inferscan/protocol';

/** Records that changed since the last commit, each in its latest version. */
export interface Latest {
  readonly markets: Map<string, MarketRecord>;
  readonly jobs: Map<string, JobRecord>;
  readonly runs: Map<string, RunRecord>;
  readonly nodes: Map<string, NodeRecord>;
  readonly stakes: Map<string, StakeRecord>;
  readonly nodeRegistrations: Map<string, NodeRegistrationRecord>;
  readonly rewardPools: Map<string, RewardPoolRecord>;
  readonly rewards: Map<string, RewardRecord>;
}

export const nothing = (): Latest => ({
  markets: new Map(),
  jobs: new Map(),
  runs: new Map(),
  nodes: new Map(),
  stakes: new Map(),
  nodeRegistrations: new Map(),
  rewardPools: new Map(),
  rewards: new Map(),
});

/** Takes over what a transaction changed. */
export function take(latest: Latest, changes: ChangeSet): void {
  for (const market of changes.markets) latest.markets.set(market.address, market);
  for (const job of changes.jobs) latest.jobs.set(job.id, job);
  for (const run of changes.runs) latest.runs.set(run.id, run);
  for (const node of changes.nodes) latest.nodes.set(node.address, node);
  for (const stake of changes.stakes) latest.stakes.set(stake.id, stake);
  for (const each of changes.nodeRegistrations) latest.nodeRegistrations.set(each.address, each);
  for (const pool of changes.rewardPools) latest.rewardPools.set(pool.address, pool);
  for (const reward of changes.rewards) latest.rewards.set(reward.id, reward);
}
