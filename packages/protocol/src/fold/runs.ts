import type { Address } from '@solana/kit';
import { jobOf } from './known-jobs.js';
import { marketOf } from './markets.js';
import { sawNode, updateNode } from './nodes.js';
import type { JobRecord, NodeRecord, RunRecord } from './records.js';
import { jobWasAnother, nodeWasAnother } from './rematch.js';
import { removeFrom } from './state.js';
import { accountOf, argOf, type Involved, report, type Step, saveJob, saveRun } from './step.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

/** Job id of runs whose job could not be told when they started. */
const NO_JOB = 'unknown';

type Ending = NonNullable<RunRecord['endedBy']>;

function newRun(
  step: Step,
  address: Address,
  node: Address,
  payer: Address,
  job: JobRecord | null,
): RunRecord {
  const { position, signature, blockTime, market } = step.event;
  return {
    id: `${address}@${position}`,
    address,
    jobId: job?.id ?? NO_JOB,
    job: job?.address ?? UNKNOWN_ADDRESS,
    market: job?.market ?? market ?? UNKNOWN_ADDRESS,
    node,
    payer,
    startedAt: blockTime,
    endedAt: null,
    endedBy: null,
    paid: 0n,
    startedSignature: signature,
    endedSignature: null,
    startedPosition: position,
  };
}

/** A node starts on a job; `job` is null where the queue could not tell which. */
export function startRun(
  step: Step,
  start: { run: Address; node: Address; payer: Address; job: JobRecord | null },
): { run: RunRecord; job: JobRecord | null } {
  const replaced = step.state.runs.get(start.run);
  if (replaced) {
    report(step, `run ${start.run} starts while it is open`);
    removeFrom(step.state.runsOfJob, replaced.jobId, replaced.address);
  }
  const run = saveRun(step, newRun(step, start.run, start.node, start.payer, start.job));
  updateNode(step, run.node, (node) => ({ runsStarted: node.runsStarted + 1 }));
  if (!start.job) return { run, job: null };
  const job = saveJob(step, {
    ...start.job,
    status: 'running',
    node: run.node === UNKNOWN_ADDRESS ? null : run.node,
    runId: run.id,
    startedAt: run.startedAt,
    endedAt: null,
    updatedPosition: step.event.position,
  });
  return { run, job };
}

const COUNTED: Record<Ending, (node: NodeRecord) => Partial<NodeRecord>> = {
  finish: (node) => ({ runsFinished: node.runsFinished + 1 }),
  end: (node) => ({ runsEnded: node.runsEnded + 1 }),
  quit: (node) => ({ runsQuit: node.runsQuit + 1 }),
  quitAdmin: () => ({}),
};

export function endRun(step: Step, run: RunRecord, endedBy: Ending): RunRecord {
  updateNode(step, run.node, COUNTED[endedBy]);
  const { blockTime, signature } = step.event;
  return saveRun(step, { ...run, endedAt: blockTime, endedBy, endedSignature: signature });
}

/** A run that nobody saw begin, known by the instruction that ends it. */
export function lateRun(step: Step, address: Address, job: JobRecord, node: Address): RunRecord {
  const payer = step.event.accounts.payerRun ?? step.event.accounts.payer ?? UNKNOWN_ADDRESS;
  return saveRun(step, { ...newRun(step, address, node, payer, job), startedAt: null });
}

/** The run that an instruction names, put right where the instruction knows better than the queue did. */
function runOf(step: Step, job: JobRecord, node: Address): RunRecord {
  const address = accountOf(step.event, 'run');
  const known = step.state.runs.get(address);
  if (!known) {
    report(step, `run ${address} is not known: its history before this is missing`);
    return lateRun(step, address, job, node);
  }
  const rightJob = known.jobId === job.id;
  const rightNode = node === UNKNOWN_ADDRESS || known.node === node;
  if (rightJob && rightNode) return known;
  report(step, `run ${address} was folded as node ${known.node} on job ${known.job}`);
  removeFrom(step.state.runsOfJob, known.jobId, known.address);
  if (!rightNode && known.node !== UNKNOWN_ADDRESS) nodeWasAnother(step, known, node);
  if (!rightJob && known.job !== job.address) jobWasAnother(step, known, job.address);
  return saveRun(step, {
    ...known,
    jobId: job.id,
    job: job.address,
    market: job.market,
    node: rightNode ? known.node : node,
  });
}

const nodeIn = (run: RunRecord, job: JobRecord) => (run.node === UNKNOWN_ADDRESS ? job.node : run.node);

function neverStopped(job: JobRecord): JobRecord {
  if (job.wasStopped === undefined) return job;
  const { wasStopped: _, ...rest } = job;
  return rest;
}

/** The node hands in a result and is paid. */
export function finish(step: Step): Involved {
  const { event } = step;
  const node = accountOf(event, 'authority');
  sawNode(step, node);
  marketOf(step, accountOf(event, 'market'));
  const before = jobOf(step, accountOf(event, 'job'), 'running');
  const run = endRun(step, runOf(step, before, node), 'finish');
  const job = saveJob(step, {
    ...neverStopped(before),
    status: 'finished',
    node,
    runId: run.id,
    resultDigest: argOf(event, 'ipfsResult'),
    startedAt: run.startedAt,
    endedAt: event.blockTime,
    updatedPosition: event.position,
  });
  return { market: job.market, job, run, node };
}

/** The poster ends a running job: the node is paid for the time used. */
export function end(step: Step): Involved {
  const { event } = step;
  const user = accountOf(event, 'user');
  marketOf(step, accountOf(event, 'market'));
  const before = jobOf(step, accountOf(event, 'job'), 'running');
  // The instruction names only the node's token account.
  const owner = event.movements.find(({ to }) => to === user)?.toOwner ?? UNKNOWN_ADDRESS;
  const known = step.state.runs.get(accountOf(event, 'run'))?.node ?? UNKNOWN_ADDRESS;
  const run = endRun(step, runOf(step, before, known === UNKNOWN_ADDRESS ? owner : known), 'end');
  const job = saveJob(step, {
    ...neverStopped(before),
    status: 'ended',
    node: nodeIn(run, before),
    runId: run.id,
    startedAt: run.startedAt,
    endedAt: event.blockTime,
    updatedPosition: event.position,
  });
  return { market: job.market, job, run, node: run.node };
}

/** Another run of the job that is still open: a stopped job can be claimed more than once. */
function otherRun({ state }: Step, job: JobRecord): RunRecord | undefined {
  const [address] = [...(state.runsOfJob.get(job.id) ?? [])].sort();
  return address === undefined ? undefined : state.runs.get(address);
}

const carriedOn = (job: JobRecord, { id, node, startedAt }: RunRecord): JobRecord => ({
  ...job,
  status: 'running',
  node: node === UNKNOWN_ADDRESS ? null : node,
  runId: id,
  startedAt,
  endedAt: null,
});

/** The node gives up; the job can be claimed or recovered. */
export function quit(step: Step): Involved {
  const { event } = step;
  const node = accountOf(event, 'authority');
  sawNode(step, node);
  const before = jobOf(step, accountOf(event, 'job'), 'running');
  const run = endRun(step, runOf(step, before, node), 'quit');
  const stopped: JobRecord = {
    ...before,
    status: 'stopped',
    node,
    runId: run.id,
    endedAt: event.blockTime,
    wasStopped: true,
    updatedPosition: event.position,
  };
  const other = otherRun(step, before);
  const job = saveJob(step, other ? carriedOn(stopped, other) : stopped);
  return { market: job.market, job, run, node };
}

/** What is left of a job when an admin closed one of its runs: the job's account was not touched. */
function withoutRun(step: Step, job: JobRecord): JobRecord {
  if (job.status !== 'running') return saveJob(step, job);
  const other = otherRun(step, job);
  if (other) return saveJob(step, carriedOn(job, other));
  return job.wasStopped
    ? saveJob(step, { ...job, status: 'stopped', endedAt: step.event.blockTime })
    : saveJob(step, { ...job, status: 'unqueued' });
}

/** The admin closes a run; its job is in no queue and stays as it was on chain. */
export function quitAdmin(step: Step): Involved {
  const known = step.state.runs.get(accountOf(step.event, 'run'));
  if (!known) {
    report(step, `run ${accountOf(step.event, 'run')} is not known: its history before this is missing`);
    return {};
  }
  const run = endRun(step, known, 'quitAdmin');
  const job = step.state.jobs.get(run.job);
  const involved = { market: run.market, run, node: run.node };
  return job?.id === run.jobId ? { ...involved, job: withoutRun(step, job) } : involved;
}
