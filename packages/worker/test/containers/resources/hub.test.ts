import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type ContainerEngine, connectEngine } from '../../../src/containers/engine.js';
import type { ResourceStore } from '../../../src/containers/resources/job-resources.js';
import { ExecutionStopped } from '../../../src/execution/stop.js';
import { until } from '../../support/network.js';
import { type Asked, allIsWell, startPretender } from '../pretender.js';
import { definitionOf, runJob } from '../run-job.js';
import type { Source } from './source.js';
import { type HubContent, startHub } from './stand-in-hub.js';
import { faultOf, openStore, unpacked } from './support.js';

const FILES = new Map([
  ['config.json', Buffer.from('{}')],
  ['onnx/model.onnx', Buffer.from('weights '.repeat(500))],
  ['onnx/notes.txt', Buffer.from('ü')],
  ['empty', Buffer.alloc(0)],
]);

let dir: string;
let hub: Source;
let content: Record<string, HubContent>;
let pretender: Awaited<ReturnType<typeof startPretender>>;
let engine: ContainerEngine;
let store: ResourceStore;
let answer: typeof allIsWell;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inferscan-resources-'));
  content = { 'acme/model': { files: FILES } };
  answer = allIsWell;
  hub = await startHub((repository) => content[repository]);
  pretender = await startPretender({}, (asked) => answer(asked));
  engine = await connectEngine(pretender.socket, {});
  store = openStore(engine, dir, { hubUrl: hub.url });
});
afterEach(async () => {
  await store.close();
  await pretender.close();
  await hub.close();
  await rm(dir, { recursive: true, force: true });
});

const definition = (...resources: object[]) =>
  definitionOf([
    {
      id: 'a',
      args: {
        image: 'alpine',
        resources: resources.map((one) => ({ type: 'HF', target: '/models', ...one })),
      },
    },
  ]);
const run = (resource: object, signal?: AbortSignal) =>
  runJob(engine, definition(resource), { resources: store, ...(signal && { signal }) });
const created = ({ asked }: { asked: readonly Asked[] }, what: string) =>
  asked.filter(({ path }) => path.startsWith(`/${what}/create`)).map(({ body }) => JSON.parse(body));

describe('a repository of a hub', () => {
  it('is laid down as it is, into a volume that its container reads and cannot write', async () => {
    const flow = await run({ repo: 'acme/model' });
    expect(flow).toMatchObject({ status: 'success', opStates: [{ status: 'success' }] });
    expect(await unpacked(pretender.asked)).toEqual(
      Object.fromEntries([...FILES].map(([path, body]) => [path, body.toString('latin1')])),
    );
    const [volume] = created(pretender, 'volumes');
    expect(volume).toMatchObject({ Labels: { 'inferscan.files': 'NODE' } });
    const [holder, container] = created(pretender, 'containers');
    expect(holder.HostConfig).toMatchObject({ NetworkMode: 'none', Privileged: false, CapDrop: ['ALL'] });
    expect(container.HostConfig.Mounts).toMatchObject([
      {
        Type: 'volume',
        Source: volume.Name,
        Target: '/models',
        ReadOnly: true,
        VolumeOptions: { NoCopy: true },
      },
    ]);
  });

  it('is not fetched again, and only what was asked for is', async () => {
    await run({ repo: 'acme/model', files: ['onnx', 'config.json'] });
    expect(Object.keys(await unpacked(pretender.asked)).sort()).toEqual([
      'config.json',
      'onnx/model.onnx',
      'onnx/notes.txt',
    ]);
    const files = () => hub.asked.filter((path) => path.includes('/resolve/')).length;
    const before = files();
    expect(await run({ repo: 'acme/model', files: ['onnx', 'config.json'] })).toMatchObject({
      status: 'success',
    });
    expect(files()).toBe(before);
  });

  it('goes on after the connection broke', async () => {
    hub.cut('onnx/model.onnx', 1_000, 2);
    expect(await run({ repo: 'acme/model' })).toMatchObject({ status: 'success' });
    expect((await unpacked(pretender.asked))['onnx/model.onnx']).toBe('weights '.repeat(500));
    expect(hub.asked.filter((path) => path.includes(' from '))).toEqual([
      expect.stringMatching(/model\.onnx from 1000$/),
      expect.stringMatching(/model\.onnx from 2000$/),
    ]);
  });

  it('that is closed is had with its token, and kept from whoever has none', async () => {
    content = { 'acme/closed': { files: FILES, token: 'hf_secret' } };
    expect(await run({ repo: 'acme/closed', accessToken: 'hf_secret' })).toMatchObject({ status: 'success' });
    const flow = await run({ repo: 'acme/closed' });
    expect(flow.opStates).toMatchObject([{ status: 'failed', errors: [{ code: 401 }] }]);
    // The listing of gated repositories may be open: then what was fetched with a token is not given to others.
    content = { 'acme/closed': { files: FILES } };
    const before = hub.asked.length;
    expect(await run({ repo: 'acme/closed' })).toMatchObject({ status: 'success' });
    expect(hub.asked.slice(before).some((path) => path.includes('/resolve/'))).toBe(true);
    expect(await readFile(join(dir, 'resources.json'), 'utf8')).not.toContain('hf_secret');
  });

  it.each<[string, object, HubContent, object, string, string]>([
    [
      'is not there',
      { repo: 'acme/none' },
      { files: FILES },
      { event: 'resource-error', code: 404 },
      'resource_refused',
      'user',
    ],
    [
      'has no such file',
      { files: ['x'] },
      { files: FILES },
      { code: 404, message: '$input.ops[0].args.resources[0].files[0]: acme/model has no such file at main' },
      'resource_refused',
      'user',
    ],
    [
      'may not be had',
      { accessToken: 'hf_wrong' },
      { files: FILES, token: 'hf_x' },
      { code: 401 },
      'resource_refused',
      'user',
    ],
    ['is on a hub in trouble', {}, { files: FILES, status: 503 }, { code: 503 }, 'resource_failed', 'host'],
    [
      'is not what it says',
      {},
      { files: FILES, lies: true },
      { message: expect.stringContaining('is not what its source says') },
      'resource_failed',
      'host',
    ],
    [
      'names files above its target',
      {},
      { files: new Map([['../../etc/x', Buffer.from('x')]]) },
      {
        event: 'validation-error',
        message: '$input.ops[0].args.resources[0]: a file is called "../../etc/x": it leads elsewhere',
      },
      'definition_invalid',
      'user',
    ],
    [
      'is none',
      { repo: '../../api/x' },
      { files: FILES },
      { event: 'validation-error' },
      'definition_invalid',
      'user',
    ],
    [
      'has a revision that is none',
      { revision: '../../x' },
      { files: FILES },
      { event: 'validation-error' },
      'definition_invalid',
      'user',
    ],
    [
      'is too large',
      {},
      { files: new Map([['x', Buffer.alloc(3_000_000)]]) },
      {
        event: 'unsupported-operation',
        message: expect.stringMatching(
          /^\$input\.ops\[0\]\.args\.resources\[0\]: this node fetches at most 0 GiB/,
        ),
      },
      'unsupported_operation',
      'unknown',
    ],
  ])('that %s', async (_, resource, found, error, code, fault) => {
    content = { 'acme/model': found };
    await store.close();
    store = openStore(engine, dir, { hubUrl: hub.url, jobBytes: 2_000_000 });
    const flow = await run({ repo: 'acme/model', ...resource });
    expect(flow.opStates).toMatchObject([{ status: 'failed', providerId: null, errors: [error] }]);
    expect(faultOf(flow)).toEqual({ code, fault });
    expect(JSON.stringify(flow)).not.toMatch(/hf_|127\.0\.0\.1/);
    expect(
      created(pretender, 'containers').every(({ HostConfig }) => HostConfig.NetworkMode === 'none'),
    ).toBe(true);
  });

  it('is not fetched where its hub is not allowed', async () => {
    await store.close();
    store = openStore(engine, dir, { hubUrl: hub.url, hosts: ['huggingface.co'] });
    const flow = await run({ repo: 'acme/model' });
    expect(flow.opStates).toMatchObject([{ errors: [{ event: 'unsupported-operation' }] }]);
    expect(hub.asked).toEqual([]);
  });
});

describe('an engine', () => {
  it.each([
    [
      { status: 500, body: { message: 'write /var/lib/x: no space left on device' } },
      ': no space left on device',
    ],
    [{ status: 404, body: { message: 'no such volume: x' } }, ''],
  ])('that answers %j to files is the host’s trouble', async (told, why) => {
    answer = (asked) => (asked.path.includes('/archive') ? told : allIsWell(asked));
    const flow = await run({ repo: 'acme/model' });
    expect(flow.opStates).toMatchObject([
      {
        exitCode: 2,
        errors: [
          {
            event: 'resource-error',
            message: `the container engine of this node did not take the files of a resource${why}`,
          },
        ],
      },
    ]);
    expect(faultOf(flow)).toEqual({ code: 'resource_failed', fault: 'host' });
    // The next job goes on with what is missing.
    answer = allIsWell;
    expect(await run({ repo: 'acme/model' })).toMatchObject({ status: 'success' });
  });
});

describe('a job that has to stop', () => {
  it('does not wait for files that do not come', async () => {
    const stop = new AbortController();
    content = { 'acme/model': { files: FILES, stalls: 'onnx/model.onnx' } };
    const running = run({ repo: 'acme/model' }, stop.signal);
    await until('a file to be asked for', () => hub.asked.some((path) => path.includes('/resolve/')));
    stop.abort(new ExecutionStopped('expired'));
    expect((await running).opStates).toMatchObject([
      { status: 'stopped', providerId: null, diagnostics: { reason: { jobExpired: true } } },
    ]);
  });
});

describe('what is kept of resources', () => {
  it('gives way to what is used now, the longest unused first', async () => {
    const file = (letter: string) => ({ files: new Map([['f', Buffer.alloc(1_000, letter)]]) });
    content = { 'acme/a': file('a'), 'acme/b': file('b'), 'acme/c': file('c') };
    await store.close();
    store = openStore(engine, dir, { hubUrl: hub.url, jobBytes: 2_000, cacheBytes: 2_000 });
    const removed = () =>
      pretender.asked.filter(({ method, path }) => method === 'DELETE' && path.startsWith('/volumes/'))
        .length;
    for (const name of ['a', 'b', 'a']) await run({ repo: `acme/${name}` });
    expect(removed()).toBe(0);
    await run({ repo: 'acme/c' });
    expect(removed()).toBe(1);
    const { volumes } = JSON.parse(await readFile(join(dir, 'resources.json'), 'utf8')) as {
      volumes: Record<string, { name: string }>;
    };
    expect(
      Object.values(volumes)
        .map(({ name }) => name.slice(0, 6))
        .sort(),
    ).toEqual(['acme/a', 'acme/c']);
  });
});
