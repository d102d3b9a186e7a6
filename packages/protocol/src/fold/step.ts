import type { Address } from '@solana/kit';
import type { ProtocolEvent } from '../events/event.js';
import type { AccountBalance, BesideCalls } from './beside.js';
import type {
  NodeRegistrationRecord,
  RewardPoolRecord,
  RewardRecord,
  StakeRecord,
} from './program-records.js';
import type {
  Anomaly,
  ChangeSet,
  JobRecord,
  LedgerEntry,
  MarketRecord,
  NodeRecord,
  RunRecord,
} from './records.js';
import { addTo, type FoldState, removeFrom } from './state.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

/** What one transaction changed, latest version of each record. */
export interface Changes {
  readonly events: ProtocolEvent[];
  readonly markets: Map<Address, MarketRecord>;
  readonly jobs: Map<string, JobRecord>;
  readonly runs: Map<string, RunRecord>;
  readonly nodes: Map<Address, NodeRecord>;
  readonly stakes: Map<string, StakeRecord>;
  readonly nodeRegistrations: Map<Address, NodeRegistrationRecord>;
  readonly rewardPools: Map<Address, RewardPoolRecord>;
  readonly rewards: Map<string, RewardRecord>;
  readonly ledger: LedgerEntry[];
  readonly anomalies: Anomaly[];
  readonly beside: BesideCalls[];
}

/** One event being folded. */
export interface Step {
  readonly event: ProtocolEvent;
  readonly state: FoldState;
  readonly changes: Changes;
  /** Token balances around the transaction. */
  readonly balances: readonly AccountBalance[];
}

/** Whom an event turned out to concern; what the instruction itself does not say follows from the state. */
export interface Involved {
  readonly market?: Address;
  readonly job?: JobRecord;
  readonly run?: RunRecord;
  readonly node?: Address;
}

/** What a transaction changed, nothing yet; of what one before it changed, which is not needed any more, if there was one. */
export function createChanges(used?: Changes): Changes {
  return {
    events: [],
    markets: emptied(used?.markets),
    jobs: emptied(used?.jobs),
    runs: emptied(used?.runs),
    nodes: emptied(used?.nodes),
    stakes: emptied(used?.stakes),
    nodeRegistrations: emptied(used?.nodeRegistrations),
    rewardPools: emptied(used?.rewardPools),
    rewards: emptied(used?.rewards),
    ledger: [],
    anomalies: [],
    beside: [],
  };
}

/** Millions of maps, most of which stay empty, would be dear. */
function emptied<Key, Value>(used: Map<Key, Value> | undefined): Map<Key, Value> {
  if (used === undefined) return new Map();
  if (used.size > 0) used.clear();
  return used;
}

const NONE: readonly never[] = [];
const valuesOf = <Value>(records: ReadonlyMap<unknown, Value>): readonly Value[] =>
  records.size === 0 ? NONE : [...records.values()];

export function changeSetOf(changes: Changes): ChangeSet {
  return {
    events: changes.events,
    markets: valuesOf(changes.markets),
    jobs: valuesOf(changes.jobs),
    runs: valuesOf(changes.runs),
    nodes: valuesOf(changes.nodes),
    stakes: valuesOf(changes.stakes),
    nodeRegistrations: valuesOf(changes.nodeRegistrations),
    rewardPools: valuesOf(changes.rewardPools),
    rewards: valuesOf(changes.rewards),
    ledger: changes.ledger,
    anomalies: changes.anomalies,
    beside: changes.beside,
  };
}

/** Notes something that the rules say cannot be; once for each event and message. */
export function report({ event, changes }: Step, message: string): void {
  const { position, signature } = event;
  if (changes.anomalies.some((known) => known.position === position && known.message === message)) return;
  changes.anomalies.push({ position, signature, message });
}

export function saveMarket({ event, state, changes }: Step, record: MarketRecord): MarketRecord {
  const { position } = event;
  const market = record.updatedPosition === position ? record : { ...record, updatedPosition: position };
  const { address, vault } = market;
  const former = state.markets.get(address)?.vault ?? vault;
  if (former !== vault && state.marketOfVault.get(former) === address) state.marketOfVault.delete(former);
  state.markets.set(address, market);
  if (vault !== UNKNOWN_ADDRESS && state.marketOfVault.get(vault) !== address) {
    state.marketOfVault.set(vault, address);
  }
  changes.markets.set(address, market);
  return market;
}

export function saveJob({ event, state, changes }: Step, record: JobRecord): JobRecord {
  const { position } = event;
  const job = record.updatedPosition === position ? record : { ...record, updatedPosition: position };
  const current = state.jobs.get(job.address);
  // A life that a newer one at the same address replaced may still get its last changes.
  if (!current || current.listedPosition <= job.listedPosition) state.jobs.set(job.address, job);
  changes.jobs.set(job.id, job);
  return job;
}

/** Saves a run; `endedBy` decides whether it is still open. */
export function saveRun({ state, changes }: Step, run: RunRecord): RunRecord {
  if (run.endedBy === null) {
    state.runs.set(run.address, run);
    addTo(state.runsOfJob, run.jobId, run.address);
  } else {
    if (state.runs.get(run.address)?.id === run.id) state.runs.delete(run.address);
    removeFrom(state.runsOfJob, run.jobId, run.address);
  }
  changes.runs.set(run.id, run);
  return run;
}

export function saveNode({ state, changes }: Step, node: NodeRecord): NodeRecord {
  state.nodes.set(node.address, node);
  changes.nodes.set(node.address, node);
  return node;
}

/** An account of the event by its name. Throws for a name that its instruction does not have. */
export function accountOf(event: ProtocolEvent, name: string): Address {
  const account = event.accounts[name];
  if (account === undefined)
    throw new Error(`event ${event.position} (${event.instruction}) has no account ${name}`);
  return account;
}

/** An argument of the event by its name. Throws for a name that its instruction does not have. */
export function argOf(event: ProtocolEvent, name: string): string {
  const value = event.args[name];
  if (value === undefined)
    throw new Error(`event ${event.position} (${event.instruction}) has no argument ${name}`);
  return value;
}

/** Block time for fields where null means "has not happened"; 0 where the chain does not tell the time. */
export const timeOf = (event: ProtocolEvent): bigint => event.blockTime ?? 0n;
