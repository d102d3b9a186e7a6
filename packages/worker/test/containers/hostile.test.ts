import { FlowState, validateDefinition } from '@inferscan/formats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type ContainerEngine, connectEngine } from '../../src/containers/engine.js';
import { changed, pathsIn } from '../support/paths.js';
import { allIsWell, startPretender } from './pretender.js';
import { definitionOf, POLICY, runJob } from './run-job.js';

/** `INFERSCAN_MALFORMED=10000` throws that many. */
const RUNS = Number(process.env.INFERSCAN_MALFORMED ?? 300);

let pretender: Awaited<ReturnType<typeof startPretender>>;
let engine: ContainerEngine;
beforeAll(async () => {
  pretender = await startPretender({}, allIsWell);
  engine = await connectEngine(pretender.socket, {});
});
afterAll(() => pretender.close());

const check = { type: 'http', path: '/', method: 'GET', expected_status: 200, continuous: false };
const definition = definitionOf(
  [
    { id: 'v', type: 'container/create-volume', args: { name: 'v' } },
    {
      id: 'a',
      args: {
        image: 'alpine',
        cmd: ['%%global.job%%'],
        entrypoint: ['x'],
        env: { A: 'b' },
        work_dir: '/w',
        volumes: [{ name: 'v', dest: '/v' }],
        expose: [80, { port: 81, health_checks: [check] }],
        aliases: ['other'],
        gpu: false,
        private: true,
        authentication: { docker: { username: 'u', password: 'p', server: 's' } },
      },
      results: { x: 'x=(.)', y: { regex: 'y', logType: ['stderr'] } },
      execution: { group: 'g', depends_on: ['b'] },
    },
    { id: 'b', args: { image: 'alpine', cmd: 'true' }, execution: { group: 'g' } },
  ],
  { global: { variables: { M: 'm' }, env: { C: 'd' } } },
);

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, undefined, -1, 0, 65_536, 1e308, '', true, [], {}, [[]], '\u0000', '__proto__', '/'],
    ...[
      '..',
      '../../etc',
      '/var/run/docker.sock',
      'host',
      'container:x',
      '%%ops.a.results.x%%',
      '%%global.host%%',
    ],
    ...['(a+)+$', '(', 'b', 'v', 'a', { __spread__: '%%global.variables.M%%' }, ['__remove-if-empty__']],
    ...[
      { HostConfig: { Privileged: true } },
      { privileged: true },
      'http://127.0.0.1:1/x',
      'a\nb',
      '💥'.repeat(400),
    ],
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ maxLength: 200 }),
);

describe('a hostile definition', () => {
  it(
    'is refused at its place or runs as any other, and never has more than a container may',
    async () => {
      const seen = { refused: 0, made: 0 };
      const places = fc.constantFrom(...pathsIn(definition));
      await fc.assert(
        fc.asyncProperty(places, junk, async (place, to) => {
          const hostile = JSON.parse(JSON.stringify(changed(definition, place, to))) as unknown;
          const from = pretender.asked.length;
          const flow = FlowState.parse(await runJob(engine, hostile));
          const asked = pretender.asked.slice(from);
          const checked = validateDefinition(hostile);
          if (!checked.ok) {
            seen.refused += 1;
            expect(flow).toMatchObject({ status: 'failed', errors: [{ event: 'validation-error' }] });
            expect(JSON.stringify(flow.errors)).toContain('$input');
            expect(asked).toEqual([]);
          }
          // What failed says why.
          for (const op of flow.opStates ?? []) {
            if (op.status === 'failed')
              expect(op.errors).toMatchObject([{ message: expect.stringMatching(/\S/) }]);
          }
          for (const { path, body } of asked) {
            if (!path.startsWith('/containers/create')) continue;
            seen.made += 1;
            expectHarmless(JSON.parse(body));
          }
        }),
        { numRuns: RUNS },
      );
      expect(seen.refused).toBeGreaterThan(RUNS / 4);
      expect(seen.made).toBeGreaterThan(RUNS / 4);
    },
    Math.max(120_000, RUNS * 200),
  );
});

interface Created {
  Labels: object;
  HostConfig: Record<string, unknown> & { Mounts: { Type: string; Source: string }[]; NetworkMode: string };
}

function expectHarmless({ Labels, HostConfig }: Created): void {
  expect(Object.keys(Labels)).toEqual(['inferscan.node', 'inferscan.job']);
  expect(HostConfig).toMatchObject({
    Privileged: false,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    MemorySwap: HostConfig.Memory,
    PidsLimit: POLICY.pids,
    NetworkMode: expect.stringMatching(/^inferscan-[1-9A-Za-z]{12}-[1-9A-Za-z]{6}$/),
    IpcMode: 'private',
  });
  for (const name of [
    'Binds',
    'Devices',
    'PidMode',
    'UTSMode',
    'UsernsMode',
    'CgroupParent',
    'VolumesFrom',
  ]) {
    expect(HostConfig).not.toHaveProperty(name);
  }
  for (const { Type, Source } of HostConfig.Mounts) {
    expect(Type).toBe('volume');
    expect(Source).toMatch(/^inferscan-[1-9A-Za-z]{12}-[1-9A-Za-z]{6}-volume\d+$/);
  }
  for (const bindings of Object.values(HostConfig.PortBindings as Record<string, { HostIp: string }[]>)) {
    expect(bindings).toEqual([{ HostIp: '127.0.0.1', HostPort: '' }]);
  }
}
