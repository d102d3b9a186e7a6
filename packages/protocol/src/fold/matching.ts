import type { Address } from '@solana/kit';
import { takesLast } from './eras.js';
import { jobOf } from './known-jobs.js';
import { dropQueue, marketOf } from './markets.js';
import { newJob } from './new-job.js';
import { nodeJoined, nodeLeft, sawNode } from './nodes.js';
import { pop, push, queueHolds, remove, UNKNOWN_JOB_TYPE } from './queue.js';
import type { JobRecord, MarketRecord } from './records.js';
import { startRun } from './runs.js';
import { accountOf, type Involved, report, type Step, saveJob, saveMarket } from './step.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

// Jobs meet nodes here. That they met is proven by the run account that was created; whom they met follows from the queue.

function queueJob(step: Step, market: MarketRecord, job: JobRecord): Involved {
  if (queueHolds(market, 'nodes')) {
    report(step, `job ${job.address} was queued although nodes were believed to wait in ${market.address}`);
    dropQueue(step, market);
  }
  if (market.jobType === UNKNOWN_JOB_TYPE) return { market: market.address, job };
  saveMarket(step, push(marketOf(step, market.address), 'jobs', job.address));
  return {
    market: market.address,
    job: saveJob(step, { ...job, status: 'queued', updatedPosition: step.event.position }),
  };
}

function involve(market: Address, started: ReturnType<typeof startRun>, node: Address): Involved {
  const { run, job } = started;
  return { market, run, ...(job ? { job } : {}), ...(node === UNKNOWN_ADDRESS ? {} : { node }) };
}

function takeNode(step: Step, market: MarketRecord): Address {
  const taken = pop(market, 'nodes', takesLast(step.event) ? 'last' : 'first');
  if (!taken) {
    report(step, `a node took a job although none was believed to wait in ${market.address}`);
    dropQueue(step, market);
    return UNKNOWN_ADDRESS;
  }
  saveMarket(step, taken.market);
  nodeLeft(step, taken.taken, market.address);
  return taken.taken;
}

export function list(step: Step): Involved {
  const { event } = step;
  const market = marketOf(step, accountOf(event, 'market'));
  const job = newJob(step, market);
  if (event.run === null) return queueJob(step, market, job);
  const node = takeNode(step, market);
  const payer = accountOf(event, 'payer');
  return involve(market.address, startRun(step, { run: event.run, node, payer, job }), node);
}

export function assign(step: Step): Involved {
  const { event } = step;
  const market = marketOf(step, accountOf(event, 'market'));
  const job = newJob(step, market);
  const node = accountOf(event, 'node');
  const left = remove(market, 'nodes', node);
  if (left) {
    saveMarket(step, left);
    nodeLeft(step, node, market.address);
  } else {
    report(step, `node ${node} was assigned a job without waiting in ${market.address}`);
  }
  const started = startRun(step, {
    run: accountOf(event, 'run'),
    node,
    payer: accountOf(event, 'payer'),
    job,
  });
  return involve(market.address, started, node);
}

function queueNode(step: Step, market: MarketRecord, node: Address): Involved {
  if (queueHolds(market, 'jobs')) {
    report(step, `node ${node} was queued although jobs were believed to wait in ${market.address}`);
    dropQueue(step, market);
  }
  const current = marketOf(step, market.address);
  if (current.queue.includes(node)) {
    report(step, `node ${node} was queued twice in ${market.address}`);
  } else if (market.jobType !== UNKNOWN_JOB_TYPE) {
    saveMarket(step, push(current, 'nodes', node));
    nodeJoined(step, node, market.address);
  }
  return { market: market.address, node };
}

function takeJob(step: Step, market: MarketRecord): JobRecord | null {
  const taken = pop(market, 'jobs', takesLast(step.event) ? 'last' : 'first');
  if (taken) {
    saveMarket(step, taken.market);
    return jobOf(step, taken.taken, 'queued');
  }
  report(step, `a job was taken although none was believed to wait in ${market.address}`);
  dropQueue(step, market);
  return null;
}

export function work(step: Step): Involved {
  const { event } = step;
  const node = accountOf(event, 'authority');
  sawNode(step, node);
  const market = marketOf(step, accountOf(event, 'market'));
  if (event.run === null) return queueNode(step, market, node);
  const job = takeJob(step, market);
  const started = startRun(step, { run: event.run, node, payer: accountOf(event, 'payer'), job });
  return involve(market.address, started, node);
}

/** A node takes over a job that another one quit. */
export function claim(step: Step): Involved {
  const { event } = step;
  const node = accountOf(event, 'authority');
  sawNode(step, node);
  const job = { ...jobOf(step, accountOf(event, 'job'), 'stopped'), wasStopped: true };
  const started = startRun(step, {
    run: accountOf(event, 'run'),
    node,
    payer: accountOf(event, 'payer'),
    job,
  });
  return involve(job.market, started, node);
}

/** A node leaves the queue, by itself or by the market's authority. Until K only the node could. */
export function stop(step: Step): Involved {
  const { event } = step;
  const node = event.accounts.node ?? accountOf(event, 'authority');
  if (accountOf(event, 'authority') === node) sawNode(step, node);
  const market = marketOf(step, accountOf(event, 'market'));
  const left = remove(market, 'nodes', node);
  if (left) {
    saveMarket(step, left);
    nodeLeft(step, node, market.address);
  } else {
    report(step, `node ${node} stopped without waiting in ${market.address}`);
  }
  return { market: market.address, node };
}
