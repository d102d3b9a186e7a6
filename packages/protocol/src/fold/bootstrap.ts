import type { Address } from '@solana/kit';
import { type ChainPosition, chainPosition } from '../chain/position.js';
import { programsOfAccounts } from './bootstrap-programs.js';
import type { ChainAccounts, JobAccountFields, RunAccountFields } from './chain-accounts.js';
import type {
  ChangeSet,
  JobRecord,
  JobStatus,
  LedgerEntry,
  MarketRecord,
  NodeRecord,
  RunRecord,
} from './records.js';
import { UNKNOWN_ADDRESS, UNKNOWN_DIGEST } from './unknown.js';

const PER_INDEX = 1_000;

/**
 * Stands for places of which the chain's accounts say nothing: the moment of the snapshot itself. No transaction of its slot
 * is ever folded after it, so none has the same.
 */
const standIn = (slot: bigint, order: number): ChainPosition =>
  chainPosition(slot, Math.floor(order / PER_INDEX), [order % PER_INDEX]);

const byAddress = <Item extends { readonly address: string }>(items: readonly Item[]): Item[] =>
  items.toSorted((left, right) => (left.address < right.address ? -1 : 1));

interface PlacedRun extends RunAccountFields {
  readonly position: ChainPosition;
}

const placed = ({ slot, runs }: ChainAccounts): PlacedRun[] =>
  byAddress(runs).map((run, order) => ({ ...run, position: standIn(slot, order) }));

const idOf = ({ address, position }: PlacedRun): string => `${address}@${position}`;

/** Of a job with several open runs, the one that began last counts, as in a history. */
function latestRuns(runs: readonly PlacedRun[]): Map<Address, PlacedRun> {
  const latest = new Map<Address, PlacedRun>();
  for (const run of runs) {
    const other = latest.get(run.job);
    if (other === undefined || (other.startedAt ?? 0n) < (run.startedAt ?? 0n)) latest.set(run.job, run);
  }
  return latest;
}

/** What a queue or a run names though an admin closed its account: nothing else is known of it. */
function accountless(accounts: ChainAccounts): { address: Address; market: Address }[] {
  const open = new Set(accounts.jobs.map(({ address }) => address));
  const found = new Map<Address, Address>();
  for (const { job } of accounts.runs) if (!open.has(job)) found.set(job, UNKNOWN_ADDRESS);
  for (const { address, queueType, queue } of accounts.markets) {
    if (queueType !== 'jobs') continue;
    for (const job of queue) if (!open.has(job)) found.set(job, address);
  }
  return [...found].map(([address, market]) => ({ address, market }));
}

interface Known {
  /** By job. */
  readonly runs: ReadonlyMap<Address, PlacedRun>;
  readonly queued: ReadonlySet<Address>;
}

/**
 * A job that is done without a result was ended by its poster: to finish it takes one. With a result it may be either,
 * for the node of an ended job can add it.
 */
function statusOf(
  { address, state, resultDigest }: Pick<JobAccountFields, 'address' | 'state' | 'resultDigest'>,
  { runs, queued }: Known,
): JobStatus {
  if (state === 'done') return resultDigest === null ? 'ended' : 'done';
  // A stopped job that was claimed stays stopped in its account.
  if (runs.has(address)) return 'running';
  if (state === 'stopped') return 'stopped';
  return queued.has(address) ? 'queued' : 'unqueued';
}

const UNKNOWN_JOB = {
  project: UNKNOWN_ADDRESS,
  payer: UNKNOWN_ADDRESS,
  node: null,
  price: 0n,
  timeout: 0n,
  definitionDigest: UNKNOWN_DIGEST,
  resultDigest: null,
  startedAt: null,
  endedAt: null,
  state: 'open',
} as const;

function jobsOf(accounts: ChainAccounts, known: Known): JobRecord[] {
  const { slot } = accounts;
  const gone = accountless(accounts).map((each) => ({ ...UNKNOWN_JOB, ...each, closedAt: 0n }));
  const there = accounts.jobs.map((each) => ({ ...each, closedAt: null }));
  return byAddress([...there, ...gone]).map(({ state, ...fields }, order): JobRecord => {
    const { address, node, startedAt } = fields;
    const position = standIn(slot, order);
    const run = known.runs.get(address);
    const status = statusOf({ ...fields, state }, known);
    const isRunning = status === 'running' && run !== undefined;
    return {
      ...fields,
      id: `${address}@${position}`,
      node: isRunning ? run.node : node,
      runId: isRunning ? idOf(run) : null,
      status,
      listedAt: null,
      startedAt: isRunning ? run.startedAt : startedAt,
      deposited: 0n,
      paid: 0n,
      refunded: 0n,
      fees: 0n,
      listedSignature: null,
      listedPosition: position,
      updatedPosition: standIn(slot, 0),
      ...(state === 'stopped' ? { wasStopped: true } : {}),
    };
  });
}

function runsOf(runs: readonly PlacedRun[], jobs: readonly JobRecord[]): RunRecord[] {
  const jobAt = new Map(jobs.map((job) => [job.address, job]));
  return runs.map(({ position, ...run }): RunRecord => {
    const job = jobAt.get(run.job);
    if (job === undefined) throw new Error(`run ${run.address} has no job ${run.job} among the records`);
    return {
      ...run,
      id: idOf({ ...run, position }),
      jobId: job.id,
      market: job.market,
      endedAt: null,
      endedBy: null,
      paid: 0n,
      startedSignature: null,
      endedSignature: null,
      startedPosition: position,
    };
  });
}

/** Nodes that wait, that run something, or did what is still to be seen. What they did before is not known: it counts as 0. */
function nodesOf({ markets, runs, jobs }: ChainAccounts): NodeRecord[] {
  const queuedIn = new Map<Address, Address>();
  // Of several queues the first by address is named, as after leaving others.
  for (const { address, queueType, queue } of byAddress(markets).toReversed()) {
    if (queueType === 'nodes') for (const node of queue) queuedIn.set(node, address);
  }
  const seen = new Set([
    ...queuedIn.keys(),
    ...runs.map(({ node }) => node),
    ...jobs.flatMap(({ node }) => node ?? []),
  ]);
  seen.delete(UNKNOWN_ADDRESS);
  return [...seen].sort().map((address) => ({
    address,
    firstSeenAt: null,
    lastSeenAt: null,
    queuedIn: queuedIn.get(address) ?? null,
    runsStarted: 0,
    runsFinished: 0,
    runsEnded: 0,
    runsQuit: 0,
    earned: 0n,
  }));
}

const marketsOf = ({ slot, markets, balances }: ChainAccounts): MarketRecord[] =>
  byAddress(markets).map((market) => ({
    ...market,
    queueType: market.queue.length === 0 ? 'empty' : market.queueType,
    vaultBalance: balances.get(market.vault) ?? 0n,
    openedAt: null,
    closedAt: null,
    updatedPosition: standIn(slot, 0),
  }));

/** What a vault holds came from somewhere: where from and in which transactions lies before the snapshot. */
function openingsOf({ slot, blockTime }: ChainAccounts, markets: readonly MarketRecord[]): LedgerEntry[] {
  return markets.flatMap(({ address, vault, vaultBalance }, order) =>
    vaultBalance === 0n
      ? []
      : [
          {
            position: standIn(slot, order),
            signature: null,
            slot,
            blockTime,
            market: address,
            jobId: null,
            kind: 'opening' as const,
            from: UNKNOWN_ADDRESS,
            to: vault,
            fromOwner: null,
            toOwner: null,
            amount: vaultBalance,
            vaultDelta: vaultBalance,
          },
        ],
  );
}

/**
 * The network as its accounts show it at one moment, for an index that begins in the middle of history: as changes to
 * nothing. A fold created from these records goes on with whatever follows the slot. What accounts do not tell is null or a
 * stand-in for the unknown; sums count from here on.
 */
export function bootstrap(accounts: ChainAccounts): ChangeSet {
  const markets = marketsOf(accounts);
  const runs = placed(accounts);
  const queued = markets.flatMap(({ queueType, queue }) => (queueType === 'jobs' ? queue : []));
  const jobs = jobsOf(accounts, { runs: latestRuns(runs), queued: new Set(queued) });
  return {
    events: [],
    markets,
    jobs,
    runs: runsOf(runs, jobs),
    nodes: nodesOf(accounts),
    ...programsOfAccounts(accounts, standIn(accounts.slot, 0)),
    ledger: openingsOf(accounts, markets),
    anomalies: [],
    beside: [],
  };
}
