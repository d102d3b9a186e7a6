import type { Address } from '@solana/kit';
import { closed, jobOf } from './known-jobs.js';
import { marketOf } from './markets.js';
import { newJob } from './new-job.js';
import { sawNode } from './nodes.js';
import type { JobRecord, RunRecord } from './records.js';
import { endRun, lateRun, startRun } from './runs.js';
import { accountOf, argOf, type Involved, type Step, saveJob } from './step.js';
import { UNKNOWN_ADDRESS, UNKNOWN_DIGEST } from './unknown.js';

// Eras C and D, the first with markets, had no run accounts: here the job's address stands for that of its run. In C nothing
// shows that a node met a job, and in D a waiting job has no account: so these eras have no queues here, a job is
// 'unqueued' until its node says something, and a run that nobody saw begin is no anomaly.

/** The open run of a job. One that nobody saw begin has no start. */
function runOf(step: Step, job: JobRecord, node: Address): RunRecord {
  const known = step.state.runs.get(job.address);
  if (known && known.jobId === job.id && known.node === node) return known;
  return lateRun(step, job.address, job, node);
}

/** `create`, and `list` in D. Of D's waiting orders only the money is seen: their jobs begin when a node takes them. */
export function list(step: Step): Involved {
  const market = marketOf(step, accountOf(step.event, 'market'));
  if (step.event.job === null) return { market: market.address };
  return { market: market.address, job: newJob(step, market) };
}

/** `enter` and `exit`, and D's `work` and `stop` of nodes that wait. */
export function wait(step: Step): Involved {
  const node = accountOf(step.event, 'authority');
  sawNode(step, node);
  return { market: marketOf(step, accountOf(step.event, 'market')).address, node };
}

function begin(step: Step, job: JobRecord, node: Address): Involved {
  sawNode(step, node);
  const open = step.state.runs.get(job.address);
  // Until D a job whose time is over can be claimed from its node.
  if (open) endRun(step, open, 'quit');
  const payer = step.event.accounts.payer ?? node;
  const { run, job: running } = startRun(step, { run: job.address, node, payer, job });
  return { market: job.market, run, node, ...(running ? { job: running } : {}) };
}

export function claim(step: Step): Involved {
  const { event } = step;
  marketOf(step, accountOf(event, 'market'));
  const job = jobOf(step, accountOf(event, 'job'), 'unqueued');
  return begin(step, job, accountOf(event, 'authority'));
}

/** A node takes an order in D: the job's account begins here, and what was asked for is not said again. */
export function work(step: Step): Involved {
  const { event, state } = step;
  if (event.job === null) return wait(step);
  const market = marketOf(step, accountOf(event, 'market'));
  const address = event.job;
  const known = state.jobs.get(address);
  const job: JobRecord = known ?? {
    id: `${address}@${event.position}`,
    address,
    market: market.address,
    project: UNKNOWN_ADDRESS,
    payer: UNKNOWN_ADDRESS,
    node: null,
    runId: null,
    status: 'unqueued',
    definitionDigest: UNKNOWN_DIGEST,
    resultDigest: null,
    price: market.jobPrice,
    timeout: market.jobTimeout,
    pricedPerJob: true,
    listedAt: null,
    startedAt: null,
    endedAt: null,
    deposited: 0n,
    paid: 0n,
    refunded: 0n,
    fees: 0n,
    listedSignature: event.signature,
    listedPosition: event.position,
    closedAt: null,
    updatedPosition: event.position,
  };
  return begin(step, job, accountOf(event, 'authority'));
}

/** The node gives up: `cancel` in C, after which any node may claim, and `quit` in D. */
export function quit(step: Step): Involved {
  const { event } = step;
  const node = accountOf(event, 'authority');
  sawNode(step, node);
  const before = jobOf(step, accountOf(event, 'job'), 'running');
  const run = endRun(step, runOf(step, before, node), 'quit');
  const status = event.instruction === 'quit' ? 'stopped' : 'unqueued';
  const job = saveJob(step, { ...before, status, node, runId: run.id, endedAt: event.blockTime });
  return { market: job.market, job, run, node };
}

export function finish(step: Step): Involved {
  const { event } = step;
  const node = accountOf(event, 'authority');
  sawNode(step, node);
  marketOf(step, accountOf(event, 'market'));
  const before = jobOf(step, accountOf(event, 'job'), 'running');
  const run = endRun(step, runOf(step, before, node), 'finish');
  const job = saveJob(step, {
    ...before,
    status: 'finished',
    node,
    runId: run.id,
    resultDigest: argOf(event, 'ipfsResult'),
    startedAt: run.startedAt,
    endedAt: event.blockTime,
  });
  return { market: job.market, job, run, node };
}

/** `close` in C ends a job's account; one that is not done gets its price back. */
export function close(step: Step): Involved {
  const { event } = step;
  marketOf(step, accountOf(event, 'market'));
  const before = jobOf(step, accountOf(event, 'job'), 'unqueued');
  const isDone = before.status === 'finished';
  const end = isDone ? {} : ({ status: 'delisted', endedAt: event.blockTime } as const);
  const job = saveJob(step, { ...closed(step, before), ...end });
  return { market: job.market, job };
}
