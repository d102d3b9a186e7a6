import { closed, jobOf } from './known-jobs.js';
import { marketOf } from './markets.js';
import { sawNode } from './nodes.js';
import { remove } from './queue.js';
import { accountOf, argOf, type Involved, report, type Step, saveJob, saveMarket } from './step.js';

/** The poster takes a waiting job back. */
export function delist(step: Step): Involved {
  const { event } = step;
  const market = marketOf(step, accountOf(event, 'market'));
  const before = jobOf(step, accountOf(event, 'job'), 'queued');
  const left = remove(market, 'jobs', before.address);
  if (left) saveMarket(step, left);
  else report(step, `job ${before.address} was delisted without waiting in ${market.address}`);
  const job = saveJob(step, {
    ...closed(step, before),
    status: 'delisted',
    endedAt: event.blockTime,
    updatedPosition: event.position,
  });
  return { market: market.address, job };
}

/** More time for a queued or running job. */
export function extend(step: Step): Involved {
  const { event } = step;
  marketOf(step, accountOf(event, 'market'));
  const before = jobOf(step, accountOf(event, 'job'), 'queued');
  const job = saveJob(step, {
    ...before,
    timeout: BigInt(argOf(event, 'timeout')),
    updatedPosition: event.position,
  });
  return { market: job.market, job };
}

/** The deposit of a stopped job goes back. */
export function recover(step: Step): Involved {
  const { event } = step;
  marketOf(step, accountOf(event, 'market'));
  const before = jobOf(step, accountOf(event, 'job'), 'stopped');
  const endedAt = before.endedAt ?? event.blockTime;
  const job = saveJob(step, { ...closed(step, before), status: 'recovered', endedAt });
  return { market: job.market, job };
}

/** The node adds the result of a job that its poster had ended. */
export function complete(step: Step): Involved {
  const { event } = step;
  const node = accountOf(event, 'authority');
  sawNode(step, node);
  const before = jobOf(step, accountOf(event, 'job'), 'ended');
  const job = saveJob(step, {
    ...before,
    resultDigest: argOf(event, 'ipfsResult'),
    updatedPosition: event.position,
  });
  return { market: job.market, job, node };
}

/** `clean` and `cleanAdmin`: the account goes, the record's status stays. */
export function clean(step: Step): Involved {
  const address = accountOf(step.event, 'job');
  const before = step.state.jobs.get(address);
  if (!before) {
    report(step, `job ${address} is not known: its history before this is missing`);
    return {};
  }
  const job = saveJob(step, closed(step, before));
  return { market: job.market, job };
}
