import { attributeFault } from '@inferscan/formats';
import { afterEach, describe, expect, it } from 'vitest';

import { connectEngine } from '../../src/containers/engine.js';
import { ExecutionStopped } from '../../src/execution/stop.js';
import { until } from '../support/network.js';
import { allIsWell, nothingLeft, startPretender } from './pretender.js';
import { runCli } from './run-cli.js';
import { definitionOf, runJob } from './run-job.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ops = [{ id: 'a', args: { image: 'alpine', cmd: 'true' } }];

async function pretend(info: object, answer: Parameters<typeof startPretender>[1]) {
  const pretender = await startPretender(info, answer);
  cleanups.push(pretender.close);
  return pretender;
}

describe('without a container engine', () => {
  it('jobs that need one fail with a sentence that says so', async () => {
    const flow = await runJob(undefined, definitionOf(ops));
    expect(flow.opStates).toMatchObject([
      {
        status: 'failed',
        exitCode: 2,
        errors: [
          {
            event: 'unsupported-operation',
            message:
              'this node runs inference operations only, not the image alpine: it has no container engine',
          },
        ],
      },
    ]);
  });

  it('a node that is told to use one does not start', async () => {
    await expect(connectEngine('/nowhere/docker.sock', {})).rejects.toThrow(
      'no Docker engine at /nowhere/docker.sock: connect ENOENT /nowhere/docker.sock',
    );
    const { code, errors } = await runCli(['start', '--docker', '/nowhere/docker.sock']);
    expect(code).toBe(1);
    expect(errors).toContain('worker: no Docker engine at /nowhere/docker.sock: connect ENOENT');
  });

  it.each([
    [{ MemoryLimit: false, PidsLimit: false }, {}, 'cannot limit memory, nor limit processes'],
    [{ OSType: 'windows' }, {}, 'cannot run Linux containers'],
    [{ Runtimes: { runc: {} } }, { runtime: 'runsc' }, 'cannot run containers with runsc'],
  ])('one that says %j is none', async (info, policy, message) => {
    const { socket } = await pretend(info, () => null);
    await expect(connectEngine(socket, policy)).rejects.toThrow(message);
  });
});

describe('an engine that goes away', () => {
  it('is the host’s trouble, and nothing of this machine is told', async () => {
    const { socket } = await pretend({}, () => null);
    const engine = await connectEngine(socket, {});
    const flow = await runJob(engine, definitionOf(ops));
    expect(flow.opStates).toMatchObject([
      {
        status: 'failed',
        exitCode: 2,
        errors: [
          {
            event: 'container-runtime-error',
            message: 'the container engine of this node does not answer',
          },
        ],
      },
    ]);
    expect(JSON.stringify(flow)).not.toContain(socket);
    expect(
      attributeFault(
        { end: 'finish', startedAt: 1n, endedAt: 2n, timeout: 60n, now: null },
        { state: 'read', json: flow },
      ),
    ).toMatchObject({ code: 'container_start_failed', fault: 'host' });
  });
});

describe('GPUs', () => {
  const visible = { NVIDIA_VISIBLE_DEVICES: 'all' };
  it.each<[object, object, boolean]>([
    [{ gpu: true }, {}, true],
    [{}, { gpu: true }, true],
    [{ gpu: false }, { gpu: true }, false],
    [{ env: visible }, { env: visible }, false],
  ])('are given to %j, with %j for all: %j', async (args, global, isGiven) => {
    const { socket, asked } = await pretend({}, allIsWell);
    const definition = definitionOf([{ id: 'a', args: { image: 'alpine', ...args } }], { global });
    await runJob(await connectEngine(socket, {}), definition, { policy: { gpus: true } });
    const created = asked.find(({ path }) => path.startsWith('/containers/create'));
    const { Env, HostConfig } = JSON.parse(created?.body ?? '{}');
    const all = [{ Driver: '', Count: -1, DeviceIDs: [], Capabilities: [['gpu']], Options: {} }];
    expect(HostConfig.DeviceRequests).toEqual(isGiven ? all : undefined);
    const seen = Env.filter((one: string) => one.startsWith('NVIDIA_'));
    expect(seen).toEqual(isGiven ? [] : ['NVIDIA_VISIBLE_DEVICES=void']);
  });
});

describe('an engine that hangs', () => {
  it.each(['/images/', '/containers/create', '/attach', '/start', '/wait', '/json'])(
    'at %s does not keep the node from ending the job',
    async (where) => {
      const { socket, asked } = await pretend({}, (one) =>
        one.path.includes(where) && !nothingLeft(one) ? undefined : allIsWell(one),
      );
      const stop = new AbortController();
      const running = runJob(await connectEngine(socket, {}), definitionOf(ops), {
        signal: stop.signal,
        patienceMs: 50,
      });
      await until('it to hang', () => asked.some((one) => one.path.includes(where) && !nothingLeft(one)));
      stop.abort(new ExecutionStopped('expired'));
      expect(await running).toMatchObject({
        opStates: [{ status: 'stopped', diagnostics: { reason: { jobExpired: true } } }],
      });
    },
  );
});

describe('what an engine is not even asked for', () => {
  const volume = { name: 'v', dest: '/v' };
  it.each<[string, object, object, object, RegExp]>([
    [
      'an image by no name',
      { image: 'UPPER/../x' },
      {},
      {},
      /^\$input\.ops\[0\]\.args\.image: invalid reference/,
    ],
    [
      'an image that is not listed',
      {},
      {},
      { images: ['ghcr.io/acme/*'] },
      /does not run the image docker\.io\/library\/alpine:latest$/,
    ],
    ['a GPU', { gpu: true }, {}, {}, /^\$input\.ops\[0\]\.args\.gpu: this node gives no GPU/],
    [
      'resources',
      { resources: [{ type: 'HF', target: '/m', repo: 'a/b' }] },
      {},
      {},
      /^\$input\.ops\[0\]\.args\.resources: this node fetches no resources/,
    ],
    [
      'a volume that was not created',
      { volumes: [volume] },
      {},
      {},
      /^\$input\.ops\[0\]\.args\.volumes\[0\]\.name: no volume v/,
    ],
    ['a port that is none', { expose: 70_000 }, {}, {}, /^\$input\.ops\[0\]\.args\.expose: /],
    [
      'more ports than there may be',
      { expose: Array.from({ length: 33 }, (_, index) => index + 1) },
      {},
      {},
      /^\$input\.ops\[0\]\.args\.expose\[32\]: more than 32 ports/,
    ],
    [
      'results by no expression',
      {},
      { x: '(' },
      {},
      /^\$input\.ops\[0\]\.results\["x"\]: Invalid regular expression/,
    ],
    [
      'a literal that stands for nothing',
      { cmd: '%%ops.b.host%%' },
      {},
      {},
      /^\$input\.ops\[0\]\.args\.cmd: %%ops\.b\.host%% stands for nothing/,
    ],
  ])('is %s', async (_, args, results, policy, message) => {
    const { socket, asked } = await pretend({}, (one) => nothingLeft(one) ?? { status: 500 });
    const engine = await connectEngine(socket, {});
    const definition = definitionOf([{ id: 'a', args: { image: 'alpine', ...args }, results }]);
    const flow = await runJob(engine, definition, { policy });
    const [op] = flow.opStates ?? [];
    expect(op).toMatchObject({ status: 'failed', providerId: null });
    expect(op?.errors).toMatchObject([{ message: expect.stringMatching(message) }]);
    // What is left of earlier jobs is looked for, before and after; nothing else happens.
    expect(asked.filter((one) => !nothingLeft(one))).toEqual([]);
  });

  it.each([
    [24, 24_564, false],
    [24, 16_380, true],
    ['48 GB', 24_564, true],
    [undefined, 0, false],
  ])('is %j of video memory where there are %i MiB: %j', async (required_vram, memory_mb, isRefused) => {
    const { socket } = await pretend({}, allIsWell);
    const definition = definitionOf([{ id: 'a', args: { image: 'alpine', gpu: true } }], {
      meta: { system_requirements: required_vram === undefined ? {} : { required_vram } },
    });
    const flow = await runJob(await connectEngine(socket, {}), definition, {
      policy: { gpus: true },
      gpus: memory_mb === 0 ? [] : [{ name: 'x', memory_mb }],
    });
    expect(flow.opStates).toMatchObject([
      isRefused
        ? { status: 'failed', errors: [{ message: expect.stringContaining('GiB of video memory') }] }
        : { status: 'success' },
    ]);
  });

  it('is more containers side by side than there may be', async () => {
    const { socket } = await pretend({}, (one) => nothingLeft(one) ?? { status: 500 });
    const many = Array.from({ length: 17 }, (_, index) => ({
      id: `op${index}`,
      args: { image: 'alpine' },
      execution: { group: 'g' },
    }));
    const flow = await runJob(await connectEngine(socket, {}), definitionOf(many));
    expect(flow.opStates).toHaveLength(17);
    for (const op of flow.opStates ?? []) {
      expect(op.errors).toMatchObject([
        { message: expect.stringContaining('at most 16 containers side by side') },
      ]);
    }
  });
});
