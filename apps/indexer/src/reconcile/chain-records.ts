import {
  getJobAccountDecoder,
  getMarketAccountDecoder,
  getRunAccountDecoder,
  JOB_ACCOUNT_DISCRIMINATOR,
  type JobAccount,
  MARKET_ACCOUNT_DISCRIMINATOR,
  type MarketAccount,
  RUN_ACCOUNT_DISCRIMINATOR,
  type RunAccount,
} from '@nosana/jobs-program';
import type { ReadonlyUint8Array } from '@solana/kit';

import type { Fields, Records } from './records.js';

const QUEUES: Readonly<Record<number, string>> = { 0: 'jobs', 1: 'nodes', 255: 'empty' };
/** State of a job's account that is done. */
export const DONE = 2;

/** A digest as the tables write it. */
export const digestText = (bytes: ReadonlyUint8Array): string => Buffer.from(bytes).toString('hex');
const is = (data: Uint8Array, discriminator: ReadonlyUint8Array): boolean =>
  Buffer.from(data.subarray(0, 8)).equals(Buffer.from(discriminator));

export interface JobsProgramAccounts {
  readonly markets: ReadonlyMap<string, MarketAccount>;
  readonly jobs: ReadonlyMap<string, JobAccount>;
  readonly runs: ReadonlyMap<string, RunAccount>;
}

/** Decodes the jobs program's accounts by address. Those that are none of its three kinds are left out. */
export function decodeJobsAccounts(accounts: ReadonlyMap<string, Uint8Array>): JobsProgramAccounts {
  const jobs = new Map<string, JobAccount>();
  const runs = new Map<string, RunAccount>();
  const markets = new Map<string, MarketAccount>();
  for (const [address, data] of accounts) {
    if (is(data, JOB_ACCOUNT_DISCRIMINATOR)) jobs.set(address, getJobAccountDecoder().decode(data));
    else if (is(data, RUN_ACCOUNT_DISCRIMINATOR)) runs.set(address, getRunAccountDecoder().decode(data));
    else if (is(data, MARKET_ACCOUNT_DISCRIMINATOR)) {
      markets.set(address, getMarketAccountDecoder().decode(data));
    }
  }
  return { markets, jobs, runs };
}

/** What the jobs program's queues hold. */
export const queueTypeOf = (type: number): string => QUEUES[type] ?? String(type);

/** Of a digest that is all zeros: there is none. */
export function resultOf(digest: ReadonlyUint8Array): string | null {
  const result = digestText(digest);
  return /^0+$/.test(result) ? null : result;
}

/** The jobs program's accounts in the words of the tables. */
export function recordsOfAccounts(accounts: ReadonlyMap<string, Uint8Array>): Records {
  const { markets, jobs, runs } = decodeJobsAccounts(accounts);
  const queued = new Set<string>(
    [...markets.values()].flatMap(({ queueType, queue }) => (QUEUES[queueType] === 'jobs' ? queue : [])),
  );
  // Of several, which claiming allows, the one that began last.
  const runOf = new Map<string, RunAccount>();
  for (const run of runs.values()) {
    if ((runOf.get(run.job)?.time ?? -1n) < run.time) runOf.set(run.job, run);
  }
  const map = <Account>(
    from: ReadonlyMap<string, Account>,
    fields: (account: Account, at: string) => Fields,
  ) => new Map([...from].map(([address, account]) => [address, fields(account, address)]));
  return {
    market: map(markets, marketFields),
    job: map(jobs, (job, address) => jobFields(job, runOf.get(address), queued.has(address))),
    run: map(runs, runFields),
  };
}

const marketFields = (market: MarketAccount): Fields => ({
  authority: market.authority,
  vault: market.vault,
  jobPrice: String(market.jobPrice),
  jobTimeout: String(market.jobTimeout),
  jobExpiration: String(market.jobExpiration),
  jobType: String(market.jobType),
  nodeAccessKey: market.nodeAccessKey,
  nodeXnosMinimum: String(market.nodeXnosMinimum),
  queueType: queueTypeOf(market.queueType),
  queue: market.queue.join(' '),
});

const runFields = ({ job, node, payer, time }: RunAccount): Fields => ({
  job,
  node,
  payer,
  startedAt: String(time),
});

function jobFields(job: JobAccount, run: RunAccount | undefined, isQueued: boolean): Fields {
  const isDone = job.state === DONE;
  return {
    market: job.market,
    project: job.project,
    payer: job.payer,
    price: String(job.price),
    timeout: String(job.timeout),
    definition: digestText(job.ipfsJob),
    result: resultOf(job.ipfsResult),
    status: statusOf(job, run, isQueued),
    // The account learns node and times only when the job is done.
    node: isDone ? job.node : (run?.node ?? null),
    startedAt: isDone ? String(job.timeStart) : run === undefined ? null : String(run.time),
    endedAt: isDone ? String(job.timeEnd) : null,
  };
}

function statusOf(job: JobAccount, run: RunAccount | undefined, isQueued: boolean): string {
  if (job.state === DONE) return 'done';
  // A stopped job that was claimed stays stopped in its account.
  if (run !== undefined) return 'running';
  if (job.state !== 0) return 'stopped';
  return isQueued ? 'queued' : 'unqueued';
}
