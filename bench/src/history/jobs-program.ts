import { SYSTEM_PROGRAM, TOKEN_PROGRAM } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import {
  type Job,
  type Market,
  NETWORK,
  type Node,
  type Project,
  type RewardsPool,
  type Run,
} from './parties.js';
import { removeFrom } from './remove.js';
import type { Draft } from './transaction.js';
import { createAccount, dataOf, type InnerCall, raw, transfer, u64 } from './wire.js';

// What the jobs program does to jobs, runs and tokens, and what it calls meanwhile. It is asked only for what it would do:
// the lives know what is possible, and a test has the program itself execute them.

const [JOB_BYTES, RUN_BYTES] = [240n, 120n];

/** What a job is listed with. */
export interface Listing {
  readonly address: Address;
  readonly market: Market;
  readonly project: Project;
  readonly timeout: bigint;
  /** Fresh key of the run. */
  readonly run: Address;
}

/** Writes a call of the jobs program down. */
export const callJobs = (
  { calls }: Draft,
  accounts: readonly Address[],
  data: Uint8Array,
  inner: readonly InnerCall[] = [],
): void => {
  calls.push({ programId: NETWORK.jobsProgram, accounts, data, inner });
};

const least = (left: bigint, right: bigint): bigint => {
  if (left < right) return left;
  return right;
};

const payIn = (draft: Draft, { market, project, price }: Job, seconds: bigint): InnerCall[] => {
  draft.touch(project.tokens, market.vault);
  if (price === 0n) return [];
  draft.move(project.tokens, market.vault, price * seconds);
  return [transfer(project.tokens.address, market.vault.address, project.address, price * seconds)];
};

const payOut = (draft: Draft, { market, price }: Job, to: Node['tokens'], seconds: bigint): InnerCall[] => {
  draft.touch(market.vault, to);
  if (price === 0n) return [];
  draft.move(market.vault, to, price * seconds);
  return [transfer(market.vault.address, to.address, market.vault.address, price * seconds)];
};

function startRun(job: Job, node: Node, address: Address, payer: Address, now: bigint): InnerCall {
  job.run = { address, job, node, payer, start: now };
  node.doing = 'running';
  return createAccount(payer, address, RUN_BYTES, NETWORK.jobsProgram);
}

function newJob({ address, market, project, timeout }: Listing): Job {
  const { price } = market;
  const job: Job = {
    address,
    market,
    project,
    price,
    timeout,
    state: 0,
    end: 0n,
    hasResult: false,
    run: null,
    node: null,
  };
  market.open.add(job);
  return job;
}

/** @param definition its digest */
export function listJob(
  draft: Draft,
  pool: RewardsPool,
  listing: Listing,
  definition: Uint8Array,
  now: bigint,
  assigned?: Node,
): Job {
  const { market, project } = listing;
  const job = newJob(listing);
  const inner = [createAccount(project.address, job.address, JOB_BYTES, NETWORK.jobsProgram)];
  if (assigned !== undefined) removeFrom(market.nodes, assigned);
  const node = assigned ?? market.nodes.shift();
  if (node === undefined) market.jobs.push(job);
  else inner.push(startRun(job, node, listing.run, project.address, now));
  draft.touch(pool.vault);
  inner.push(...payIn(draft, job, job.timeout));
  const accounts = [
    job.address,
    market.address,
    listing.run,
    ...(assigned === undefined ? [] : [assigned.address]),
    project.tokens.address,
    market.vault.address,
    project.address,
    pool.reflection,
    pool.vault.address,
    project.address,
    NETWORK.rewardsProgram,
    TOKEN_PROGRAM,
    SYSTEM_PROGRAM,
  ];
  const name = assigned === undefined ? 'list' : 'assign';
  callJobs(draft, accounts, dataOf(name, raw(definition), u64(job.timeout)), inner);
  return job;
}

export function delistJob(draft: Draft, job: Job): void {
  const { market, project } = job;
  removeFrom(market.jobs, job);
  market.open.delete(job);
  const accounts = [
    job.address,
    market.address,
    project.tokens.address,
    project.address,
    market.vault.address,
    TOKEN_PROGRAM,
    project.address,
  ];
  callJobs(draft, accounts, dataOf('delist'), payOut(draft, job, project.tokens, job.timeout));
}

/** A timeout that is not greater fails, with error 6008. */
export function extendJob(draft: Draft, pool: RewardsPool, job: Job, timeout: bigint): void {
  const { market, project } = job;
  draft.touch(pool.vault, project.tokens, market.vault);
  const isGreater = timeout > job.timeout;
  const inner = isGreater ? payIn(draft, job, timeout - job.timeout) : [];
  if (isGreater) job.timeout = timeout;
  const accounts = [
    job.address,
    market.address,
    project.tokens.address,
    market.vault.address,
    pool.reflection,
    pool.vault.address,
    project.address,
    project.address,
    NETWORK.rewardsProgram,
    TOKEN_PROGRAM,
  ];
  callJobs(draft, accounts, dataOf('extend', u64(timeout)), inner);
}

function settle(draft: Draft, { job, node, start }: Run, user: Node['tokens'], now: bigint): InnerCall[] {
  const used = least(now - start, job.timeout);
  job.state = 2;
  job.end = now;
  job.node = node;
  job.run = null;
  node.doing = 'nothing';
  return [...payOut(draft, job, user, used), ...payOut(draft, job, job.project.tokens, job.timeout - used)];
}

export function endJob(draft: Draft, run: Run, now: bigint): void {
  const { market, project } = run.job;
  const accounts = [
    run.job.address,
    market.address,
    run.address,
    project.tokens.address,
    run.node.tokens.address,
    market.vault.address,
    run.payer,
    project.address,
    TOKEN_PROGRAM,
  ];
  callJobs(draft, accounts, dataOf('end'), settle(draft, run, run.node.tokens, now));
}

/** @param result its digest */
export function finishJob(draft: Draft, run: Run, result: Uint8Array, now: bigint): void {
  const { job, node } = run;
  const accounts = [
    job.address,
    run.address,
    job.market.address,
    job.market.vault.address,
    job.project.tokens.address,
    node.earnings.address,
    run.payer,
    job.project.address,
    node.address,
    TOKEN_PROGRAM,
  ];
  const inner = settle(draft, run, node.earnings, now);
  job.hasResult = true;
  callJobs(draft, accounts, dataOf('finish', raw(result)), inner);
}

export function recoverJob(draft: Draft, job: Job): void {
  const { market, project } = job;
  market.open.delete(job);
  const accounts = [
    job.address,
    market.address,
    market.vault.address,
    project.tokens.address,
    project.address,
    project.address,
    TOKEN_PROGRAM,
  ];
  callJobs(draft, accounts, dataOf('recover'), payOut(draft, job, project.tokens, job.timeout));
}

/** A node that waits already fails, with error 6014. */
export function work(draft: Draft, node: Node, market: Market, run: Address, now: bigint): Job | undefined {
  draft.touch(node.tokens);
  const job = market.jobs.shift();
  const inner = job === undefined ? [] : [startRun(job, node, run, node.address, now)];
  if (job === undefined && node.doing === 'nothing') {
    market.nodes.push(node);
    node.doing = 'waiting';
  }
  const accounts = [
    run,
    market.address,
    node.address,
    node.stake,
    node.tokens.address,
    SYSTEM_PROGRAM,
    node.address,
    SYSTEM_PROGRAM,
  ];
  callJobs(draft, accounts, dataOf('work'), inner);
  return job;
}

/** @param by the node, or the market's authority */
export function stopNode(draft: Draft, node: Node, market: Market, by: Address): void {
  removeFrom(market.nodes, node);
  node.doing = 'nothing';
  callJobs(draft, [market.address, node.address, by], dataOf('stop'));
}

export function claimJob(draft: Draft, job: Job, node: Node, run: Address, now: bigint): void {
  draft.touch(node.tokens);
  const inner = [startRun(job, node, run, node.address, now)];
  const accounts = [
    job.address,
    run,
    job.market.address,
    node.stake,
    node.tokens.address,
    SYSTEM_PROGRAM,
    node.address,
    node.address,
    SYSTEM_PROGRAM,
  ];
  callJobs(draft, accounts, dataOf('claim'), inner);
}

/** @param result its digest */
export function completeJob(draft: Draft, job: Job, node: Node, result: Uint8Array): void {
  job.hasResult = true;
  callJobs(draft, [job.address, node.address], dataOf('complete', raw(result)));
}

export function quitRun(draft: Draft, { job, node, address, payer }: Run): void {
  job.state = 3;
  job.run = null;
  node.doing = 'nothing';
  callJobs(draft, [job.address, address, payer, node.address], dataOf('quit'));
}

/** The job is left as it is, in no queue. */
export function quitRunAsAdmin(draft: Draft, { job, node, address, payer }: Run, admin: Address): void {
  job.run = null;
  node.doing = 'nothing';
  callJobs(draft, [address, payer, admin], dataOf('quit_admin'));
}

export function cleanJob(draft: Draft, job: Job): void {
  job.market.open.delete(job);
  callJobs(draft, [job.address, job.market.address, job.project.address], dataOf('clean'));
}

export function cleanJobAsAdmin(draft: Draft, job: Job, admin: Address): void {
  job.market.open.delete(job);
  callJobs(draft, [job.address, job.project.address, admin], dataOf('clean_admin'));
}
