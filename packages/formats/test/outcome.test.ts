import { describe, expect, it } from 'vitest';

import { attributeFault, type ChainFacts, type FaultContext, GRACE_SECONDS } from '../src/index.js';
import {
  chain,
  DAY,
  definition,
  exitedOp,
  failedOp,
  flaggedOp,
  flow,
  hostLine,
  op,
  opError,
  service,
  TIMEOUT,
  unreadable,
  whole,
} from './support/flows.js';
import { type FlowRow, judge, NO_RESULT, shown } from './support/judge.js';

describe('attributeFault, row by row', () => {
  it.each<FlowRow>([
    ['success', chain(), flow('success', op(), op({ operationId: 'b' })), 'success nobody completed'],
    ['non-zero exit', chain(), flow('success', exitedOp(3)), 'failed user exit_code'],
    [
      'out of memory',
      chain(),
      flow('success', exitedOp(137, { OOMKilled: true })),
      'failed user out_of_memory',
    ],
    ['a bare 137', chain(), flow('success', exitedOp(137)), 'failed unknown killed'],
    [
      'an image that is not there',
      chain(),
      flow('success', opError('image-pull-error', '(HTTP code 404) no such image', 404)),
      'failed user image_refused',
    ],
    [
      'a registry that limits',
      chain(),
      flow('success', opError('image-pull-error', 'reading manifest latest: toomanyrequests', 500)),
      'failed nobody image_rate_limited',
    ],
    [
      'a registry that is down',
      chain(),
      flow('success', opError('image-pull-error', '(HTTP code 503) unavailable')),
      'failed host image_pull_failed',
    ],
    [
      'a GPU that is not there',
      chain(),
      flow('success', opError('container-runtime-error', 'could not select device driver "" [[gpu]]')),
      'failed host container_start_failed',
    ],
    [
      'a bad command',
      chain(),
      flow('success', opError('container-runtime-error', 'exec: "srve": executable file not found in $PATH')),
      'failed user command_invalid',
    ],
    [
      'a volume that cannot be made',
      chain(),
      flow('success', opError('resource-error', 'volume driver crashed')),
      'failed host resource_failed',
    ],
    [
      'a resource that is denied',
      chain(),
      flow('success', opError('resource-error', 'repository is gated')),
      'failed user resource_refused',
    ],
    [
      'a download that breaks off',
      chain(),
      flow('success', opError('operation-error', 'read ECONNRESET')),
      'failed host resource_failed',
    ],
    [
      'a bad literal',
      chain(),
      flow('success', failedOp({ providerId: null, errors: [], logs: [hostLine('no such result: speed')] })),
      'failed user literal_invalid',
    ],
    [
      'a health check that never passes',
      whole(),
      flow('success', flaggedOp('jobExpired'), op({ operationId: 'client', status: 'init', exitCode: null })),
      'failed user never_healthy',
      definition({ service: true, awaiting: ['client'] }),
    ],
    [
      'the same, though others pass it',
      whole(),
      flow('success', flaggedOp('jobExpired'), op({ operationId: 'client', status: 'init', exitCode: null })),
      'failed host never_healthy_here',
      { ...definition({ service: true, awaiting: ['client'] }), ranElsewhere: true },
    ],
    [
      'a service that expires',
      whole(),
      flow('success', flaggedOp('jobExpired')),
      'expired nobody service_expired',
      service,
    ],
    ['a batch that expires', whole(), flow('success', flaggedOp('jobExpired')), 'expired user batch_expired'],
    [
      'expiry while pulling',
      whole(),
      flow('success', flaggedOp('jobExpired', { providerId: null })),
      'expired unknown expired_while_starting',
      service,
    ],
    [
      'a stop through the host',
      chain(),
      flow('success', flaggedOp('jobExpired')),
      'stopped nobody stopped_early',
    ],
    [
      'one stopped operation',
      chain(),
      flow('success', op({ status: 'stopped', exitCode: 137 })),
      'stopped nobody operation_stopped',
    ],
    [
      'an end with a result',
      chain({ end: 'end' }),
      flow('stopped', flaggedOp('jobStopped')),
      'ended nobody ended',
    ],
    [
      'a host that shuts down',
      chain(),
      flow('failed', flaggedOp('hostShutDown')),
      'failed host host_shut_down',
    ],
    [
      'a host that restarted',
      chain(),
      { status: 'init error', errors: ['x is not iterable'] },
      'failed host host_restarted',
    ],
    [
      'an invalid plan',
      chain(),
      { status: 'init error', errors: ['circular dependency'] },
      'failed user plan_invalid',
    ],
    [
      'an invalid definition',
      chain(),
      flow(''),
      'failed user definition_invalid',
      definition({ valid: false }),
    ],
    [
      'an invalid confidential definition',
      chain(),
      { status: 'validation-error', errors: [[{ path: '$input.ops', expected: 'Array' }]], opStates: [] },
      'failed user definition_invalid',
      definition({ confidential: true }),
    ],
    [
      'a job picked up late',
      whole(),
      { ...flow(''), startTime: 0, endTime: 0 },
      'failed host picked_up_late',
    ],
    [
      'a dead endpoint for the result',
      chain(),
      { status: 'logistics-error', errors: [{ event: 'logistics-error', message: 'ECONNREFUSED' }] },
      'failed user delivery_failed',
    ],
    [
      'a confidential failure',
      chain(),
      flow('failed'),
      'failed host host_failed',
      definition({ confidential: true }),
    ],
    [
      'a confidential success',
      chain(),
      flow('success'),
      'unknown unknown confidential',
      definition({ confidential: true }),
    ],
    ['a confidential failure after an end', chain({ end: 'end' }), flow('failed'), 'failed host host_failed'],
  ])('%s', (_, facts, json, expected, context) => {
    expect(shown(judge(facts, json, context))).toBe(expected);
  });

  const overdue = { endedAt: null, now: DAY.B + TIMEOUT + GRACE_SECONDS };
  const longAgo = { end: 'end', now: DAY.B + 100n + GRACE_SECONDS } as const;
  it.each<[string, ChainFacts, string, FaultContext?]>([
    ['a run that stands past its timeout', chain({ end: 'open', ...overdue }), 'abandoned host host_gone'],
    [
      'the same with a definition nobody can read',
      chain({ end: 'open', ...overdue }),
      'abandoned user definition_not_found',
      unreadable,
    ],
    [
      'the same, where another node could',
      chain({ end: 'open', ...overdue }),
      'abandoned host host_gone',
      { ...unreadable, ranElsewhere: true },
    ],
    ['a run within its timeout', chain({ end: 'open', now: DAY.B + TIMEOUT }), 'unknown unknown running'],
    [
      'an end after the timeout',
      chain({ end: 'end', endedAt: DAY.B + TIMEOUT + GRACE_SECONDS }),
      'abandoned host host_gone',
    ],
    ['an end without a result', chain(longAgo), 'ended host ended_without_result'],
    [
      'the same with a definition nobody can read',
      chain(longAgo),
      'abandoned user definition_not_found',
      unreadable,
    ],
    ['an end just now', chain({ end: 'end', now: DAY.B + 101n }), 'ended unknown ended_just_now'],
    [
      'an end before results could be added',
      chain({ ...longAgo, startedAt: 1_737_000_000n }),
      'ended unknown ended_before_completion',
    ],
    ['a host that quits', chain({ end: 'quit' }), 'quit host quit'],
    ['an administrator', chain({ end: 'admin' }), 'removed nobody closed_by_admin'],
    ['a job taken back', chain({ end: 'delist', startedAt: null }), 'delisted nobody delisted'],
  ])('%s, by the chain alone', (_, facts, expected, context) => {
    expect(shown(attributeFault(facts, NO_RESULT, context ?? definition()))).toBe(expected);
  });
});
