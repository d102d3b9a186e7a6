import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { FlowState } from '@inferscan/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FILES_LABEL } from '../../src/containers/resources/file-cache.js';
import type { ResourceStore } from '../../src/containers/resources/job-resources.js';
import { IMAGE, type RealEngine, startEngine } from './real-engine.js';
import type { Source } from './resources/source.js';
import { startHub } from './resources/stand-in-hub.js';
import { openStore } from './resources/support.js';
import { definitionOf, runJob, writtenBy } from './run-job.js';

const NODE = 'resources-node';
const LONG = `${'long-'.repeat(20)}name/${'x'.repeat(200)}`;
const FILES = new Map([
  ['config.json', Buffer.from('{"kind": "hub"}')],
  [LONG, Buffer.from('found')],
  ['weights/model.bin', Buffer.alloc(3_000_000, 'w')],
]);

let real: RealEngine;
let hub: Source;
let dir: string;
let store: ResourceStore;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inferscan-resources-'));
  real = await startEngine();
  hub = await startHub((repository) => (repository === 'acme/model' ? { files: FILES } : undefined));
  store = openStore(real.engine, dir, { hubUrl: hub.url }, { node: NODE });
});
afterAll(async () => {
  await store?.close();
  for (const volume of real ? await kept() : []) await real.engine.docker.getVolume(volume).remove();
  await hub?.close();
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
});
