import type { Address } from '@solana/kit';
import type {
  NodeRegistrationRecord,
  RewardPoolRecord,
  RewardRecord,
  StakeRecord,
} from './program-records.js';
import type { JobRecord, MarketRecord, NetworkSnapshot, NodeRecord, RunRecord } from './records.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

/** The network as folded so far, with the indexes that finding things needs. */
export interface FoldState {
  readonly markets: Map<Address, MarketRecord>;
  /** The latest life of each job address, while it can still change. */
  readonly jobs: Map<Address, JobRecord>;
  /** Open runs. */
  readonly runs: Map<Address, RunRecord>;
  readonly nodes: Map<Address, NodeRecord>;
  readonly marketOfVault: Map<Address, Address>;
  /** Markets in whose queue a node waits. */
  readonly marketsAwaited: Map<Address, Set<Address>>;
  /** Open runs of a job, by job id. Claiming allows several. */
  readonly runsOfJob: Map<string, Set<Address>>;
  /** Open stakes. */
  readonly stakes: Map<Address, StakeRecord>;
  readonly stakeOfVault: Map<Address, Address>;
  readonly nodeRegistrations: Map<Address, NodeRegistrationRecord>;
  readonly rewardPools: Map<Address, RewardPoolRecord>;
  /** Open shares. */
  readonly rewards: Map<Address, RewardRecord>;
}

/** Adds to a set inside a map, creating it. */
export function addTo<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const set = index.get(key);
  if (set) set.add(value);
  else index.set(key, new Set([value]));
}

/** Removes from a set inside a map, and the set once it is empty. */
export function removeFrom<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const set = index.get(key);
  if (set?.delete(value) && set.size === 0) index.delete(key);
}

export function createState(snapshot?: NetworkSnapshot): FoldState {
  const state: FoldState = {
    markets: new Map(),
    jobs: new Map(),
    runs: new Map(),
    nodes: new Map(),
    marketOfVault: new Map(),
    marketsAwaited: new Map(),
    runsOfJob: new Map(),
    stakes: new Map(),
    stakeOfVault: new Map(),
    nodeRegistrations: new Map(),
    rewardPools: new Map(),
    rewards: new Map(),
  };
  for (const market of snapshot?.markets ?? []) {
    state.markets.set(market.address, market);
    if (market.vault !== UNKNOWN_ADDRESS) state.marketOfVault.set(market.vault, market.address);
    if (market.queueType !== 'nodes') continue;
    for (const node of market.queue) addTo(state.marketsAwaited, node, market.address);
  }
  for (const job of snapshot?.jobs ?? []) {
    const other = state.jobs.get(job.address);
    if (!other || other.listedPosition < job.listedPosition) state.jobs.set(job.address, job);
  }
  for (const run of snapshot?.runs ?? []) {
    state.runs.set(run.address, run);
    addTo(state.runsOfJob, run.jobId, run.address);
  }
  for (const node of snapshot?.nodes ?? []) state.nodes.set(node.address, node);
  for (const stake of snapshot?.stakes ?? []) {
    state.stakes.set(stake.address, stake);
    if (stake.vault !== UNKNOWN_ADDRESS) state.stakeOfVault.set(stake.vault, stake.address);
  }
  for (const each of snapshot?.nodeRegistrations ?? []) state.nodeRegistrations.set(each.address, each);
  for (const pool of snapshot?.rewardPools ?? []) state.rewardPools.set(pool.address, pool);
  for (const reward of snapshot?.rewards ?? []) state.rewards.set(reward.address, reward);
  return state;
}

const sorted = <T>(records: Iterable<T>, key: (record: T) => string): T[] =>
  [...records].sort((left, right) => (key(left) < key(right) ? -1 : 1));

/** The state as records in an order that depends on nothing but their keys. */
export function snapshotOf(state: FoldState): NetworkSnapshot {
  return {
    markets: sorted(state.markets.values(), ({ address }) => address),
    jobs: sorted(state.jobs.values(), ({ id }) => id),
    runs: sorted(state.runs.values(), ({ id }) => id),
    nodes: sorted(state.nodes.values(), ({ address }) => address),
    stakes: sorted(state.stakes.values(), ({ id }) => id),
    nodeRegistrations: sorted(state.nodeRegistrations.values(), ({ address }) => address),
    rewardPools: sorted(state.rewardPools.values(), ({ address }) => address),
    rewards: sorted(state.rewards.values(), ({ id }) => id),
  };
}
