import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inferenceDefinition } from '@inferscan/formats';
import {
  createContentClient,
  createDiskStore,
  createStorageServer,
  type StorageServer,
} from '@inferscan/storage';
import { encodeJson } from '@inferscan/storage/content';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRateLimit } from '../src/limits/rate-limit.js';
import { createWorld, MARKET, OTHER_MARKET, type World } from './world.js';

const definition = inferenceDefinition({
  model: 'arithmetic',
  task: 'text-generation',
  inputs: ['384*57'],
  params: { reasoning: true },
});

describe('console', () => {
  let world: World;
  let storage: StorageServer;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inferscan-api-'));
    storage = await createStorageServer({ store: createDiskStore(folder), host: '127.0.0.1', port: 0 });
    world = await createWorld({
      pinning: createContentClient({ gateways: [storage.url], pinningUrl: storage.url, allowPrivate: true }),
    });
    await world.market(MARKET, { job_price: 5n });
    await world.market(OTHER_MARKET, { queue_type: 'nodes', queue: ['x'], job_price: 50n });
  });
  afterAll(async () => {
    await world.close();
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('stores a definition under the CID that anybody computes from it', async () => {
    const pinned = await world.api.createCaller().console.pinDefinition({ definition });
    const own = await encodeJson(definition);
    expect(pinned).toEqual({ cid: own.cid, digestHex: Buffer.from(own.digest).toString('hex') });
    const served = await fetch(`${storage.url}/ipfs/${pinned.cid}`);
    expect(await served.json()).toEqual(definition);
  });

  it('refuses what is no definition, naming the path', async () => {
    const pin = (value: unknown) => world.api.createCaller().console.pinDefinition({ definition: value });
    await expect(pin({ ...definition, version: 7 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('$input.version'),
    });
    await expect(pin(undefined)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(pin({ meta: { text: 'x'.repeat(40_000) } })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringContaining('32768'),
    });
  });

  it('limits one address without touching another', async () => {
    const pin = (clientAddress: string) =>
      world.api.createCaller({ clientAddress }).console.pinDefinition({ definition });
    for (let turn = 0; turn < 20; turn += 1) await pin('203.0.113.1');
    await expect(pin('203.0.113.1')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    await pin('203.0.113.2');
  });

  it('offers open markets, those with waiting nodes first', async () => {
    await world.market('C1osedMarket11111111111111111111111111111111', { closed_at: 1 });
    const rows = await world.api.createCaller().console.markets();
    expect(rows.map((row) => row.address)).toEqual([OTHER_MARKET, MARKET]);
  });

  it('states the accuracy that the model’s own evaluation measured', async () => {
    const [model] = await world.api.createCaller().console.models();
    const file = new URL('../../../models/arithmetic/metrics.json', import.meta.url);
    const metrics = JSON.parse(await readFile(file, 'utf8')) as {
      held_out: { size: string; n: number; direct: number; reasoning: number }[];
    };
    expect(model?.heldOut).toEqual(
      metrics.held_out.filter((row) => row.size !== 'all').map(({ n, ...row }) => ({ ...row, problems: n })),
    );
  });
});

describe('rate limit', () => {
  it('gives turns back with time, never more than the burst', () => {
    let now = 0;
    const limit = createRateLimit({ burst: 2, refillMs: 1_000, now: () => now });
    const takes = (count: number) => Array.from({ length: count }, () => limit.take('a'));
    expect(takes(3)).toEqual([true, true, false]);
    now = 999;
    expect(limit.take('a')).toBe(false);
    now = 1_000;
    expect(takes(2)).toEqual([true, false]);
    now = 100_000;
    expect(takes(3)).toEqual([true, true, false]);
  });
});
