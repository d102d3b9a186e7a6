import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type ContainerEngine, connectEngine } from '../../../src/containers/engine.js';
import type { ResourceStore } from '../../../src/containers/resources/job-resources.js';
import { allIsWell, startPretender } from '../pretender.js';
import { definitionOf, runJob } from '../run-job.js';
import type { Source } from './source.js';
import { digestOf, manifestOf, type OllamaContent, startOllama } from './stand-in-ollama.js';
import { faultOf, openStore, unpacked } from './support.js';

const BLOBS = [
  Buffer.from('{"model_family": "x"}'),
  Buffer.from('weights '.repeat(400)),
  Buffer.from('template'),
];

let dir: string;
let registry: Source;
let content: OllamaContent;
let pretender: Awaited<ReturnType<typeof startPretender>>;
let engine: ContainerEngine;
let store: ResourceStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inferscan-resources-'));
  content = { blobs: BLOBS };
  const known = ['library/tiny', 'library/tiny:latest', 'library/tiny:1b', 'acme/own', 'acme/own:v2'];
  registry = await startOllama((model) => (known.includes(model) ? content : undefined));
  pretender = await startPretender({}, allIsWell);
  engine = await connectEngine(pretender.socket, {});
  store = openStore(engine, dir, { ollamaUrl: registry.url });
});
afterEach(async () => {
  await store.close();
  await pretender.close();
  await registry.close();
  await rm(dir, { recursive: true, force: true });
});

const run = (resource: object) =>
  runJob(
    engine,
    definitionOf([{ id: 'a', args: { image: 'alpine', resources: [{ type: 'Ollama', ...resource }] } }]),
    { resources: store },
  );

describe('a model of Ollama', () => {
  it.each([
    ['tiny', 'manifests/registry.ollama.ai/library/tiny/latest'],
    ['tiny:1b', 'manifests/registry.ollama.ai/library/tiny/1b'],
    ['acme/own:v2', 'manifests/registry.ollama.ai/acme/own/v2'],
  ])('%s lies where Ollama looks for it', async (model, manifest) => {
    registry.cut(`sha256:${digestOf(BLOBS[1] ?? Buffer.alloc(0))}`, 1_000, 1);
    expect(await run({ model })).toMatchObject({ status: 'success' });
    expect(await unpacked(pretender.asked)).toEqual({
      [manifest]: manifestOf(BLOBS),
      ...Object.fromEntries(BLOBS.map((blob) => [`blobs/sha256-${digestOf(blob)}`, blob.toString()])),
    });
    const [, container] = pretender.asked.filter(({ path }) => path.startsWith('/containers/create'));
    expect(JSON.parse(container?.body ?? '').HostConfig.Mounts).toMatchObject([
      { Target: '/root/.ollama/models', ReadOnly: true },
    ]);
  });

  it.each<[string, string, Partial<OllamaContent>, object, string]>([
    ['is not there', 'none', {}, { event: 'resource-error', code: 404 }, 'user'],
    ['may not be had', 'tiny', { status: 401 }, { code: 401 }, 'user'],
    ['is in a registry in trouble', 'tiny', { status: 502 }, { code: 502 }, 'host'],
    [
      'is not what it says',
      'tiny',
      { lies: true },
      { message: expect.stringContaining('is not what its source says') },
      'host',
    ],
    [
      'has no manifest',
      'tiny',
      { manifest: '<html>' },
      { message: expect.stringMatching(/is no manifest of a model$/) },
      'host',
    ],
    [
      'has a manifest of other things',
      'tiny',
      { manifest: '{"config": {"digest": "sha256:../../x", "size": 1}, "layers": []}' },
      { message: expect.stringMatching(/is no manifest/) },
      'host',
    ],
    [
      'is none',
      '../../x',
      {},
      {
        event: 'validation-error',
        message: expect.stringMatching(/resources\[0\]\.model: expected the name of a model/),
      },
      'user',
    ],
    ['is a host', 'example.com/x', {}, { event: 'validation-error' }, 'user'],
    ['is elsewhere', '127.0.0.1/a/b', {}, { event: 'resource-error' }, 'host'],
  ])('that %s', async (_, model, change, error, fault) => {
    content = { ...content, ...change };
    const flow = await run({ model });
    expect(flow.opStates).toMatchObject([{ status: 'failed', providerId: null, errors: [error] }]);
    expect(faultOf(flow).fault).toBe(fault);
  });
});
