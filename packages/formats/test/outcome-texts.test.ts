import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { attributeFault, type ChainFacts, type FaultContext, REASONS } from '../src/index.js';
import { chain, failedOp, flow, hostLine, opError, whole } from './support/flows.js';
import { judge } from './support/judge.js';

const codeOf = (event: string, message: string, code?: number) =>
  judge(chain(), flow('success', opError(event, message, code))).code;

describe('what engines and registries write', () => {
  it.each([
    ['(HTTP code 404) no such image - no such image: evil/none:latest', 'image_refused'],
    ['(HTTP code 500) server error - manifest for vllm/none:v9 not found: manifest unknown', 'image_refused'],
    [
      'pull access denied for me/private, repository does not exist or may require docker login',
      'image_refused',
    ],
    ['(HTTP code 403) forbidden', 'image_refused'],
    ['Head "https://ghcr.io/v2/me/x/manifests/1": no basic auth credentials', 'image_refused'],
    ['(HTTP code 401) unexpected', 'image_refused'],
    ['no matching manifest for linux/amd64 in the manifest list entries', 'image_refused'],
    ['initializing source docker://x: reading manifest v1 in ghcr.io/x: unauthorized', 'image_refused'],
    ['(HTTP code 429) slow down', 'image_rate_limited'],
    ['toomanyrequests: You have reached your unauthenticated pull rate limit', 'image_rate_limited'],
    [
      'reading manifest v1: Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host',
      'image_pull_failed',
    ],
    ['failed to register layer: write /usr/lib/x: no space left on device', 'image_pull_failed'],
    ['(HTTP code 502) bad gateway', 'image_pull_failed'],
    ['context deadline exceeded', 'image_pull_failed'],
    ['registry.hub.docker.com/nosana/remote-resource-helper:0.4.0: manifest unknown', 'image_pull_failed'],
    ['something else', 'image_pull_unclear'],
  ])('image: %s', (message, code) => {
    expect(codeOf('image-pull-error', message)).toBe(code);
  });

  it.each([
    ['could not select device driver "nvidia" with capabilities: [[gpu]]', 'container_start_failed'],
    ['setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all', 'container_start_failed'],
    ['nvidia-container-cli: initialization error: nvml error: driver not loaded', 'container_start_failed'],
    ['mount /usr/lib/libnvidia-ml.so.1: no such file or directory', 'container_start_failed'],
    ['crun: cannot set up cgroups', 'container_start_failed'],
    ['crun: executable file `srve` not found in $PATH: No such file or directory', 'command_invalid'],
    ['exec /run.sh: exec format error', 'command_invalid'],
    ['No command specified', 'command_invalid'],
    ['unable to start container process: exec: "/app": permission denied', 'command_invalid'],
    ['workdir "/nowhere" is not a directory', 'command_invalid'],
    ['unable to find user app: no matching entries in passwd file', 'command_invalid'],
  ])('container: %s', (message, code) => {
    expect(codeOf('container-runtime-error', message)).toBe(code);
  });

  it.each([
    [
      'resource-error',
      'An error occurred (NoSuchBucket) when calling ListObjects',
      undefined,
      'resource_refused',
    ],
    ['resource-error', 'Repository Not Found for url', 404, 'resource_refused'],
    ['operation-error', 'Access Denied', undefined, 'resource_refused'],
    ['operation-error', 'connection reset by peer', undefined, 'resource_failed'],
    ['resource-error', 'lookup huggingface.co: EAI_AGAIN, host not found', undefined, 'resource_failed'],
    ['operation-error', 'unknown trouble', undefined, 'resource_failed'],
    ['never-heard-of', 'unknown trouble', undefined, 'error_unclear'],
    ['constructor', 'not an event', undefined, 'error_unclear'],
  ])('%s: %s', (event, message, code, expected) => {
    expect(codeOf(event, message, code)).toBe(expected);
  });

  it('answers long texts within the time of a test', () => {
    for (const piece of [
      'manifest ',
      'connection timed ',
      'a@',
      'HTTP code ',
      'executable file ',
      '\u0000',
    ]) {
      codeOf('image-pull-error', piece.repeat(20_000));
      codeOf('container-runtime-error', piece.repeat(20_000));
      const log = hostLine(piece.repeat(20_000));
      const found = judge(chain(), flow('failed', failedOp({ errors: [], logs: [log] })));
      expect(found.fault).not.toBe('nobody');
    }
  });
});

/** JSON near enough to a flow state to reach every branch. */
const json = fc.jsonValue({ maxDepth: 3 });
const orAny = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: value as fc.Arbitrary<unknown> }, json);
const anyError = fc.record(
  {
    event: orAny(
      fc.constantFrom('image-pull-error', 'container-runtime-error', 'resource-error', 'operation-error'),
    ),
    message: orAny(fc.constantFrom('', 'manifest unknown', 'dial tcp', 'gated')),
    code: orAny(fc.constantFrom(401, 404, 429, 500, '404')),
  },
  { requiredKeys: [] },
);
const anyOp = fc.record(
  {
    operationId: orAny(fc.constantFrom('a', 'client', null)),
    providerId: orAny(fc.constantFrom('x', null, '')),
    status: orAny(fc.constantFrom('init', 'pending', 'running', 'success', 'failed', 'stopped', null)),
    exitCode: orAny(fc.constantFrom(0, 1, 2, 137, 143, null)),
    endTime: orAny(fc.constantFrom(0, 5, null)),
    logs: orAny(fc.constantFrom([], [hostLine('x')], null)),
    errors: orAny(fc.array(orAny(anyError), { maxLength: 3 })),
    error: orAny(anyError),
    diagnostics: orAny(
      fc.record(
        {
          reason: orAny(
            fc.record({ hostShutDown: fc.boolean(), jobStopped: fc.boolean(), jobExpired: fc.boolean() }),
          ),
          state: orAny(fc.record({ OOMKilled: fc.boolean(), ExitCode: fc.constantFrom(0, 2, 137) })),
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
);
const anyResult = orAny(
  fc.record(
    {
      status: orAny(fc.constantFrom('', 'success', 'failed', 'stopped', 'init error', 'validation-error')),
      errors: orAny(fc.array(orAny(anyError), { maxLength: 3 })),
      opStates: orAny(fc.array(orAny(anyOp), { maxLength: 4 })),
    },
    { requiredKeys: [] },
  ),
);
const anyTime = fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));
const anyChain: fc.Arbitrary<ChainFacts> = fc.record({
  end: fc.constantFrom('finish', 'end', 'delist', 'quit', 'admin', 'open'),
  startedAt: anyTime,
  endedAt: anyTime,
  timeout: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  now: anyTime,
});
const anyContext: fc.Arbitrary<FaultContext> = fc.record({
  definition: fc.oneof(
    fc.constantFrom({ state: 'unread' } as const, { state: 'unreadable' } as const),
    fc.record({
      state: fc.constant('read' as const),
      valid: fc.boolean(),
      service: fc.boolean(),
      confidential: fc.boolean(),
      operations: fc.nat({ max: 3 }),
      awaiting: fc.constantFrom([], ['client']),
    }),
  ),
  ranElsewhere: fc.boolean(),
});

describe('attributeFault, whatever it is given', () => {
  it('never throws, and says what its code stands for', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyChain, anyResult, anyContext, (facts, result, context) => {
        const found = attributeFault(facts, { state: 'read', json: result }, context);
        expect(found).toMatchObject({
          outcome: REASONS[found.code].outcome,
          fault: REASONS[found.code].fault,
        });
        expect(found.reason.length).toBeLessThan(700);
        seen.add(found.code);
      }),
      { numRuns: 1_500 },
    );
    // The generator reaches what it is meant to reach.
    expect(seen.size).toBeGreaterThan(15);
  });

  it('blames nobody while the result is not read, unless the chain does', () => {
    fc.assert(
      fc.property(anyChain, fc.constantFrom('unread' as const, 'missing' as const), (facts, state) => {
        const { fault } = attributeFault({ ...facts, end: 'finish' }, { state });
        expect(fault).toBe('unknown');
      }),
    );
  });

  it('finds a success only where every operation succeeded', () => {
    fc.assert(
      fc.property(
        anyChain,
        fc.array(anyOp, { minLength: 1, maxLength: 4 }),
        anyContext,
        (facts, ops, context) => {
          const found = judge({ ...facts, end: 'finish' }, flow('success', ...ops), context);
          if (found.outcome === 'success') {
            for (const { status, exitCode } of ops) expect([status, exitCode || 0]).toEqual(['success', 0]);
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(judge(whole(), flow('success')).outcome).not.toBe('success');
  });
});
