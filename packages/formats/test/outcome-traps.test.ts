import { describe, expect, it } from 'vitest';

import { attributeFault, type FaultContext, REASONS } from '../src/index.js';
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
  opA,
  opError,
  service,
  unread,
  unreadable,
  whole,
} from './support/flows.js';
import { type FlowRow, judge, NO_RESULT, shown } from './support/judge.js';

describe('attributeFault and the traps', () => {
  it.each<FlowRow>([
    [
      'a flow that says success over a failed operation',
      chain(),
      flow('success', op(), exitedOp(1)),
      'failed user exit_code',
    ],
    ['exit code 2 of the container itself', chain(), flow('success', exitedOp(2)), 'failed user exit_code'],
    [
      'exit code 2 without a container',
      chain(),
      flow('success', failedOp({ exitCode: 2, providerId: null })),
      'failed host host_error',
    ],
    [
      'exit code 2 of an older host, container or not',
      chain(),
      flow('success', opA({ status: 'failed', exitCode: 2 })),
      'failed unknown exit_code_unclear',
    ],
    [
      'an error in the old field',
      chain(),
      flow(
        'success',
        opA({
          status: 'failed',
          exitCode: 2,
          error: { event: 'image-pull-error', message: 'manifest unknown' },
        }),
      ),
      'failed user image_refused',
    ],
    [
      'a helper image of the host',
      chain(),
      flow(
        'success',
        opError('image-pull-error', '(HTTP code 404) docker.io/nosana/frpc:0.1.0 not found', 404),
      ),
      'failed host image_pull_failed',
    ],
    [
      'hostShutDown over an operation that failed',
      chain(),
      flow('failed', exitedOp(1), flaggedOp('hostShutDown')),
      'failed host host_shut_down',
    ],
    [
      'a flag over an operation that failed before',
      whole(),
      flow('success', exitedOp(1), flaggedOp('jobExpired')),
      'expired nobody service_expired',
      service,
    ],
    [
      'the first of two failures',
      chain(),
      flow('success', { ...exitedOp(1), endTime: 3_000 }, opError('resource-error', 'disk quota exceeded')),
      'failed host resource_failed',
    ],
    [
      'a stop whose times are not known',
      chain({ startedAt: null }),
      flow('success', flaggedOp('jobExpired')),
      'stopped unknown stopped_at_unknown_time',
    ],
    ['a refusal of a valid definition', chain(), flow(''), 'failed unknown definition_refused'],
    [
      'a non-zero exit by A, under success',
      chain({ startedAt: DAY.A }),
      flow('success', opA({ exitCode: 1 })),
      'failed user exit_code',
    ],
    [
      'trouble on the side of a host A',
      chain({ startedAt: DAY.A }),
      flow(
        'failed',
        opA({ status: 'failed', logs: [hostLine('unable to pull image: dial tcp: i/o timeout')] }),
        opA({ operationId: 'b', status: 'pending', exitCode: null }),
      ),
      'failed host image_pull_failed',
    ],
    [
      'a wrong image on a host A',
      chain({ startedAt: DAY.A }),
      flow(
        'failed',
        opA({ status: 'failed', exitCode: 2, logs: [hostLine('image pull: manifest unknown')] }),
      ),
      'failed user image_refused',
    ],
    [
      'a timeout by A, without flags',
      whole({ startedAt: DAY.A }),
      flow('success', opA({ status: 'failed', exitCode: 137 })),
      'expired nobody service_expired',
      service,
    ],
    [
      'a kill by A before the timeout',
      chain({ startedAt: DAY.A }),
      flow('success', opA({ status: 'failed', exitCode: 137 })),
      'failed unknown killed',
    ],
    [
      'a stopped operation without flags at the timeout',
      whole(),
      flow('success', opA({ status: 'stopped', exitCode: 143 })),
      'expired user batch_expired',
    ],
    [
      'a stop by A that the chain calls an end',
      chain({ end: 'end' }),
      flow('success', opA({ status: 'failed', exitCode: 143 })),
      'ended nobody ended',
    ],
    [
      'an operation that never ran under success',
      chain(),
      flow('success', op(), op({ status: 'init' })),
      'unknown unknown incomplete',
    ],
    [
      'a definition without operations',
      chain(),
      flow('success'),
      'success nobody completed',
      definition({ operations: 0 }),
    ],
    [
      'a result without the operations that were asked for',
      chain(),
      flow('success'),
      'unknown unknown no_operations',
    ],
    [
      'a result from before A',
      chain({ startedAt: DAY.A }),
      { results: { a: ['success', []] } },
      'unknown unknown result_of_old_format',
    ],
    ['an error page', chain(), '<html>404</html>', 'unknown unknown result_not_a_flow'],
    [
      'what a job asked the reference worker for',
      chain(),
      flow('failed', { ...opError('operation-error', 'too long'), exitCode: 1 }),
      'failed user request_invalid',
    ],
    [
      'a failed engine of the reference worker',
      chain(),
      flow('failed', opError('inference-error', 'out of memory')),
      'failed host inference_failed',
    ],
  ])('%s', (_, facts, json, expected, context) => {
    expect(shown(judge(facts, json, context))).toBe(expected);
  });

  it('says what it waits for', () => {
    const waits = (context: FaultContext, json: unknown, facts = whole()) =>
      judge(facts, json, context).waitsFor;
    const expired = flow('success', flaggedOp('jobExpired'));
    expect(waits(unread, expired)).toBe('definition');
    expect(waits(unreadable, expired)).toBe('definition_found');
    expect(waits(service, expired)).toBeNull();
    expect(waits(unread, flow(''), chain())).toBe('definition');
    expect(attributeFault(chain(), { state: 'unread' })).toMatchObject({
      code: 'result_unread',
      waitsFor: 'result',
    });
    expect(attributeFault(chain(), { state: 'missing' })).toMatchObject({
      code: 'result_missing',
      waitsFor: 'result',
    });
    expect(attributeFault(chain(), { state: 'unreadable' })).toMatchObject({
      code: 'result_unreadable',
      waitsFor: null,
    });
    expect(attributeFault(chain({ end: 'end' }), { state: 'unread' })).toMatchObject({
      code: 'ended',
      waitsFor: 'result',
    });
    expect(attributeFault(chain({ end: 'end' }), NO_RESULT)).toMatchObject({ waitsFor: 'completion' });
    const awaiting = definition({ awaiting: ['client'] });
    const waiting = flow('success', op(), op({ operationId: 'client', status: 'init', exitCode: null }));
    expect(judge(chain(), waiting, awaiting)).toMatchObject({ code: 'never_healthy', waitsFor: 'elsewhere' });
  });

  it('gives a sentence that a person can read', () => {
    const pulled = judge(
      chain(),
      flow('success', opError('image-pull-error', `manifest unknown ${'x'.repeat(9_000)}`)),
    );
    expect(pulled.reason).toMatch(
      /^The image does not exist or may not be pulled: operation a: manifest unknown x/,
    );
    expect(pulled.reason.length).toBeLessThan(700);
    expect(judge(chain(), flow('success', exitedOp(3))).reason).toBe(
      'The container exited with an error: operation a: exit code 3',
    );
    for (const { sentence } of Object.values(REASONS)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    ['A', DAY.A, flow('success', opA())],
    ['A', DAY.B, flow('failed', opA({ status: 'pending' }))],
    ['B', DAY.B, flow('success', op())],
    ['B', DAY.B, flow('success', opA({ error: { event: 'image-pull-error' } }))],
    ['C', DAY.C, flow('success', op())],
    [null, DAY.B, flow('success', opA())],
    [null, null, flow('success', opA())],
    [null, DAY.C, flow('success', op({ results: { receipt: ['{}'] } }))],
    ['older', DAY.A, { results: { a: {} } }],
    [null, DAY.C, 'nonsense'],
  ])('tells generation %s', (generation, startedAt, json) => {
    expect(judge(chain({ startedAt }), json).generation).toBe(generation);
  });
});
