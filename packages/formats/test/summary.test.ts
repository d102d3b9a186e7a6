import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { flowSummary } from '../src/index.js';

const flags = (set: object) => ({
  reason: { hostShutDown: false, jobStopped: false, jobExpired: false, ...set },
});
const op = (state: object) => ({ operationId: 'a', status: 'success', exitCode: 0, logs: [], ...state });
const flow = (status: string, ...opStates: object[]) => ({ status, startTime: 1, endTime: 2, opStates });

describe('flowSummary', () => {
  it.each([
    ['success', flow('success', op({})), 'success', undefined],
    [
      'a failed op under a flow that says success',
      flow('success', op({ status: 'failed', exitCode: 3 })),
      'failed',
      /code 3/,
    ],
    [
      'a failed image pull',
      flow(
        'success',
        op({
          status: 'failed',
          exitCode: 2,
          errors: [{ event: 'image-pull-error', message: 'HTTP code 404', code: 404 }],
        }),
      ),
      'failed',
      /image-pull-error: HTTP code 404/,
    ],
    [
      'an old error field',
      flow('success', op({ status: 'failed', error: { event: 'e', message: 'm' } })),
      'failed',
      /e: m/,
    ],
    [
      'a nodeerr log',
      flow(
        'success',
        op({ status: 'failed', logs: [{ type: 'nodeerr', log: 'bad literal', timestamp: '' }] }),
      ),
      'failed',
      /bad literal/,
    ],
    ['an old non-zero exit', flow('success', op({ exitCode: 1 })), 'failed', /code 1/],
    [
      'expiry under a flow that says success',
      flow('success', op({ exitCode: 137, diagnostics: flags({ jobExpired: true }) })),
      'stopped',
      /timeout/,
    ],
    [
      'an end by the poster',
      flow('stopped', op({ status: 'stopped', diagnostics: flags({ jobStopped: true }) })),
      'stopped',
      /ended/,
    ],
    [
      'one stopped op',
      flow('success', op({ status: 'stopped', diagnostics: flags({}) })),
      'stopped',
      /stopped/,
    ],
    [
      'a host that shut down',
      flow('failed', op({ status: 'stopped', diagnostics: flags({ hostShutDown: true }) })),
      'failed',
      /shut down/,
    ],
    ['a job that never ran', { status: '', startTime: 0, endTime: 0, opStates: [] }, 'failed', /did not run/],
    [
      'an invalid confidential definition',
      { status: 'validation-error', opStates: [], errors: [[{ message: 'bad' }]] },
      'failed',
      /bad/,
    ],
    [
      'a host that restarted',
      { status: 'init error', errors: ['x is not iterable'] },
      'failed',
      /not iterable/,
    ],
    [
      'a flow that failed with its reasons',
      {
        status: 'failed',
        opStates: [],
        errors: [{ event: 'validation-error', message: '$input.ops: expected' }],
      },
      'failed',
      /\$input\.ops/,
    ],
    ['a confidential success', { status: 'success', opStates: [], errors: [] }, 'unknown', /no operation/],
    ['an op that never started', flow('success', op({}), op({ status: 'init' })), 'unknown', /not every/],
    ['an error page', '<html>', 'unknown', /not a flow state/],
  ] as const)('%s', (_, value, state, reason) => {
    const summary = flowSummary(value);
    expect(summary.state).toBe(state);
    if (reason) expect(summary.reason).toMatch(reason);
    else expect(summary.reason).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        flowSummary(a);
        flowSummary({ status: a, errors: [a, b], opStates: [{ errors: [b], error: a, logs: b }] });
        flowSummary({ status: 'failed', errors: [a, b], opStates: [{ errors: [b], error: a }] });
      }),
    );
  });
});
