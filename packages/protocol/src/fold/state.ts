import type { Address } from '@solana/kit';
import type { JobRecord, MarketRecord, NetworkSnapshot, NodeRecord, RunRecord } from './records.js';

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
  };
  for (const market of snapshot?.markets ?? []) {
    state.markets.set(market.address, market);
    state.marketOfVault.set(market.vault, market.address);
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
  };
}
