import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { FlowState } from '@inferscan/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FILES_LABEL } from '../../src/containers/resources/file-cache.js';
import type { ResourceStore } from '../../src/containers/resources/job-resources.js';
import { ExecutionStopped } from '../../src/execution/stop.js';
import { until } from '../support/network.js';
import { IMAGE, type RealEngine, startEngine } from './real-engine.js';
import type { Source } from './resources/source.js';
import { startBuckets } from './resources/stand-in-bucket.js';
import { startHub } from './resources/stand-in-hub.js';
import { digestOf, startOllama } from './resources/stand-in-ollama.js';
import { openStore } from './resources/support.js';
import { definitionOf, runJob, writtenBy } from './run-job.js';

const NODE = 'resources-node';
const LONG = `${'long-'.repeat(20)}name/${'x'.repeat(200)}`;
const FILES = new Map([
  ['config.json', Buffer.from('{"kind": "hub"}')],
  [LONG, Buffer.from('found')],
  ['weights/model.bin', Buffer.alloc(3_000_000, 'w')],
]);

const SLOW = new Map([...FILES, ['slow.bin', Buffer.alloc(10_000, 's')]]);
let isSlow = true;
const OBJECTS = new Map([
  ['data/a', Buffer.from('bucket')],
  ['data/sub/b', Buffer.from('below')],
  ['data/sub/c', Buffer.alloc(1_000, 'c')],
]);
const BLOBS = [Buffer.from('{}'), Buffer.from('gguf')];

let real: RealEngine;
let hub: Source;
let buckets: Source;
let registry: Source;
let dir: string;
let store: ResourceStore;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inferscan-resources-'));
  real = await startEngine();
  hub = await startHub((repository) => {
    if (repository === 'acme/slow') return { files: SLOW, stalls: isSlow ? 'slow.bin' : undefined };
    return repository === 'acme/model' ? { files: FILES } : undefined;
  });
  buckets = await startBuckets((name) => (name === 'acme' ? { objects: OBJECTS } : undefined));
  registry = await startOllama((model) =>
    /^library\/tiny(:latest)?$/.test(model) ? { blobs: BLOBS } : undefined,
  );
  store = openStore(real.engine, dir, { hubUrl: hub.url, ollamaUrl: registry.url }, { node: NODE });
});
afterAll(async () => {
  await store?.close();
  for (const volume of real ? await kept() : []) await real.engine.docker.getVolume(volume).remove();
  for (const source of [hub, buckets, registry]) await source?.close();
  await real?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function kept(): Promise<string[]> {
  const filters = { label: [`${FILES_LABEL}=${NODE}`] };
  const { Volumes } = await real.engine.docker.listVolumes({ filters });
  return (Volumes ?? []).map(({ Name }) => Name);
}

const run = (cmd: string, resources: object[]): Promise<FlowState> =>
  runJob(real.engine, definitionOf([{ id: 'a', args: { image: IMAGE, cmd, resources } }]), {
    resources: store,
  });

describe('a container', () => {
  it('reads what its job names of a hub, and writes nothing there', async () => {
    const resource = { type: 'HF', repo: 'acme/model', target: '/www/models' };
    const cmd = `cat /www/models/config.json /www/models/${LONG}; cat /www/models/weights/model.bin | head -c 5; touch /www/models/x`;
    for (const _ of ['fetched', 'kept']) {
      const flow = await run(cmd, [resource]);
      expect(writtenBy(flow, 'a')).toBe('{"kind": "hub"}foundwwwww\n');
      expect(writtenBy(flow, 'a', 'stderr')).toMatch(/\/www\/models\/x: Read-only file system/);
    }
    expect(hub.asked.filter((path) => path.includes('/resolve/'))).toHaveLength(FILES.size);
    expect(await kept()).toHaveLength(1);
  });

  it('finds resources of each kind, each at its place', async () => {
    const models = '/root/.ollama/models';
    const flow = await run(
      [
        'cat /www/hub/config.json /www/bucket/a /www/bucket/sub/b',
        `cat ${models}/blobs/sha256-${digestOf(BLOBS[1] ?? Buffer.alloc(0))}`,
        `grep -c sha256 ${models}/manifests/registry.ollama.ai/library/tiny/latest; ls /www/bucket/sub`,
      ].join('; '),
      [
        { type: 'HF', repo: 'acme/model', target: '/www/hub', files: ['config.json'] },
        { type: 'S3', url: `${buckets.url}/acme/data`, target: '/www/bucket' },
        { type: 'Ollama', model: 'tiny' },
      ],
    );
    expect(writtenBy(flow, 'a')).toBe('{"kind": "hub"}bucketbelowgguf1\nb\nc\n');
    expect(flow.status).toBe('success');
  });

  it('writes to a copy of its own, which is gone with its job', async () => {
    const resource = { type: 'S3', url: `${buckets.url}/acme/data`, target: '/www/own', allowWrite: true };
    const before = (await real.engine.docker.listVolumes()).Volumes?.length;
    for (const _ of ['first', 'second']) {
      const flow = await run(
        'ls /www/own; echo more >> /www/own/a; echo new > /www/own/sub/x; cat /www/own/a /www/own/sub/x',
        [resource],
      );
      expect(writtenBy(flow, 'a')).toBe('a\nsub\nbucketmore\nnew\n');
    }
    expect((await real.engine.docker.listVolumes()).Volumes).toHaveLength(before ?? 0);
  });

  it('has them after the node died and whatever became of its volumes', async () => {
    const resource = { type: 'HF', repo: 'acme/model', target: '/m' };
    const asked = () => hub.asked.filter((path) => path.includes('/resolve/')).length;
    const cmd = 'cat /m/config.json';
    await run(cmd, [resource]);
    // Another process knows of them by what lies on disk.
    await store.close();
    store = openStore(real.engine, dir, { hubUrl: hub.url }, { node: NODE });
    const before = asked();
    expect(writtenBy(await run(cmd, [resource]), 'a')).toBe('{"kind": "hub"}\n');
    expect(asked()).toBe(before);
    // An operator tidies up.
    for (const volume of await kept()) await real.engine.docker.getVolume(volume).remove();
    expect(writtenBy(await run(cmd, [resource]), 'a')).toBe('{"kind": "hub"}\n');
    expect(asked()).toBe(before + FILES.size);
    // What lies on disk is gone: what nobody knows of is removed.
    await rm(join(dir, 'resources.json'));
    await store.close();
    store = openStore(real.engine, dir, { hubUrl: hub.url }, { node: NODE });
    expect(writtenBy(await run(cmd, [resource]), 'a')).toBe('{"kind": "hub"}\n');
    expect(await kept()).toHaveLength(1);
  });

  it('does not begin when its job stops meanwhile, and the next job has all', async () => {
    const stop = new AbortController();
    const resource = { type: 'HF', repo: 'acme/slow', target: '/m' };
    const definition = definitionOf([
      { id: 'a', args: { image: IMAGE, cmd: 'cat /m/config.json', resources: [resource] } },
    ]);
    const stopped = runJob(real.engine, definition, { resources: store, signal: stop.signal });
    await until('the last file to be asked for', () => hub.asked.some((path) => path.endsWith('/slow.bin')));
    stop.abort(new ExecutionStopped('expired'));
    expect((await stopped).opStates).toMatchObject([{ status: 'stopped', providerId: null }]);
    isSlow = false;
    expect(writtenBy(await runJob(real.engine, definition, { resources: store }), 'a')).toBe(
      '{"kind": "hub"}\n',
    );
  });
});
