import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { inferenceDefinition } from '@inferscan/formats';
import { buildFinish, buildList, buildWork, knownMarkets } from '@inferscan/protocol';
import {
  type ContentStore,
  cidFromDigest,
  createDiskStore,
  createStorageServer,
  encodeBytes,
  encodeJson,
  type StorageServer,
} from '@inferscan/storage';
import { type Address, generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { retryPauseSeconds } from '../src/content/content-queue.js';
import { startTestChain, type TestChain } from './support/chain.js';
import { type RunningIndexer, startIndexer } from './support/indexing.js';
import { flowState, receiptOf } from './support/receipts.js';

let chain: TestChain;
let database: TestDatabase;
let folder: string;
let contents: ContentStore;
let storage: StorageServer;
let indexer: RunningIndexer;
let project: KeyPairSigner;
let node: KeyPairSigner;
let market: Address;
const heard: { slot: string; jobs?: string[]; many?: boolean }[] = [];

beforeAll(async () => {
  chain = await startTestChain();
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'inferscan-content-'));
  contents = createDiskStore(folder);
  storage = await createStorageServer({ store: contents });
  market = knownMarkets('localnet')[0]?.address ?? ('' as Address);
  [project, node] = [await chain.person(), await chain.person({ stake: true })];
  await database.database.listen('inferscan', (payload) => heard.push(JSON.parse(payload)));
  indexer = startIndexer({
    rpcUrl: chain.net.url,
    wsUrl: chain.net.wsUrl,
    databaseUrl: database.url,
    gateways: [storage.url],
  });
  await indexer.ready;
});

afterAll(async () => {
  await indexer.stop();
  await storage.close();
  await database.drop();
  await chain.stop();
  await rm(folder, { recursive: true, force: true });
});

const pin = async (value: unknown): Promise<{ cid: string; digest: Uint8Array }> => {
  const { bytes, cid, digest } = await encodeJson(value);
  await contents.put(bytes);
  return { cid, digest };
};

const definition = inferenceDefinition(
  {
    model: 'arithmetic',
    task: 'text-generation',
    inputs: ['384*57', '1*2'],
    params: { reasoning: true },
    precision: 'fp32',
    serve: false,
  },
  { trigger: 'test' },
);

interface StartedJob {
  readonly job: Address;
  readonly run: Address;
  readonly definitionCid: string;
  readonly market: Address;
}

/** A job that runs on our node. */
async function startJob(definitionDigest: Uint8Array): Promise<StartedJob> {
  const [job, run, unused] = [
    await generateKeyPairSigner(),
    await generateKeyPairSigner(),
    await generateKeyPairSigner(),
  ];
  const { network } = chain;
  await chain.send(project, [
    await buildList({ network, market, job, run: unused, payer: project, definitionDigest, timeout: 60n }),
  ]);
  await chain.send(node, [await buildWork({ network, market, node, run })]);
  return { job: job.address, run: run.address, definitionCid: cidFromDigest(definitionDigest), market };
}

const finish = async ({ job, run }: StartedJob, resultDigest: Uint8Array): Promise<void> => {
  await chain.send(node, [
    await buildFinish({
      network: chain.network,
      market,
      job,
      run,
      node,
      jobPayer: project.address,
      runPayer: node.address,
      resultDigest,
    }),
  ]);
};

async function row(sql: string, ...values: unknown[]): Promise<Record<string, unknown> | undefined> {
  const { rows } = await database.database.pool.query<Record<string, unknown>>(sql, values);
  return rows[0];
}

const resultOf = (job: Address) =>
  row('SELECT state, reason FROM result_facts JOIN job ON job.id = job_id WHERE address = $1', job);
const contentOf = (cid: string) =>
  row('SELECT status, attempts, error, bytes FROM content WHERE cid = $1', cid);

describe('content', () => {
  it('is fetched, read into columns and told of', async () => {
    const { digest, cid } = await pin(definition);
    const job = await startJob(digest);
    const result = await pin(flowState({ inference: await receiptOf(node, job) }));
    await finish(job, result.digest);
    await vi.waitFor(
      async () => expect(await resultOf(job.job)).toEqual({ state: 'success', reason: null }),
      {
        timeout: 30_000,
      },
    );
    expect(await row('SELECT * FROM definition_facts WHERE cid = $1', cid)).toEqual({
      cid,
      valid: true,
      errors: [],
      operations: 1,
      op_types: ['container/run'],
      images: [expect.stringMatching(/^inferscan\/worker:/)],
      model: 'arithmetic',
      model_source: 'spec',
      task: 'text-generation',
      reasoning: true,
      precision: 'fp32',
      prompts: 2,
      gpu: false,
      required_vram_gb: null,
      resources: [],
      ports: [],
      service: false,
      confidential: false,
      awaiting: [],
      trigger: 'test',
    });
    expect(await row('SELECT * FROM result_facts WHERE cid = $1', result.cid)).toMatchObject({
      definition_cid: cid,
      outcome: 'success',
      fault: 'nobody',
      fault_code: 'completed',
      waits_for: null,
    });
    expect(await row('SELECT * FROM receipt WHERE result_cid = $1', result.cid)).toMatchObject({
      op: 'inference',
      node: node.address,
      market,
      model: 'arithmetic',
      prompt_tokens: 7n,
      completion_tokens: 11n,
      reasoning_tokens: 5n,
      queue_ms: 1.5,
      signature_valid: true,
      finished_at: 2n,
    });
    await vi.waitFor(() => expect(heard.some(({ jobs }) => jobs?.includes(job.job))).toBe(true), 30_000);
    // Added up beside it: 11 tokens in the 0.5 ms that were neither queueing nor loading.
    await vi.waitFor(
      async () =>
        expect(
          await row(
            `SELECT name, d.receipts, nodes, tokens_per_second, first_token_ms
             FROM hardware_device AS d JOIN hardware_speed AS s ON s.device = d.id`,
          ),
        ).toEqual({ name: 'test', receipts: 1n, nodes: 1n, tokens_per_second: 22_000, first_token_ms: 3 }),
      30_000,
    );
  });

  it('counts a receipt that the chain contradicts as not proven', async () => {
    const { digest } = await pin(definition);
    const job = await startJob(digest);
    const stranger = await generateKeyPairSigner();
    const result = await pin(
      flowState({
        inference: await receiptOf(stranger, job),
        other: await receiptOf(node, { ...job, job: stranger.address }, 'other'),
        renamed: await receiptOf(node, job, 'inference'),
        tampered: { ...(await receiptOf(node, job, 'tampered')), seed: 1 },
        good: await receiptOf(node, job, 'good'),
        huge: JSON.stringify({
          ...(await receiptOf(node, job, 'huge')),
          hardware: { cpu_model: 'x', logical_cores: 2 ** 40, memory_mb: 1, gpus: [] },
        }),
        garbage: 'not a receipt',
      }),
    );
    await finish(job, result.digest);
    await vi.waitFor(async () => expect((await resultOf(job.job))?.state).toBe('success'), {
      timeout: 10_000,
    });
    const { rows } = await database.database.pool.query(
      'SELECT op, signature_valid AS valid, node FROM receipt WHERE result_cid = $1 ORDER BY op',
      [result.cid],
    );
    expect(rows).toEqual([
      { op: 'good', valid: true, node: node.address },
      { op: 'inference', valid: false, node: node.address },
      { op: 'other', valid: false, node: node.address },
      { op: 'renamed', valid: false, node: node.address },
      { op: 'tampered', valid: false, node: node.address },
    ]);
  });

  it('that comes late is fetched late, without holding anything up', async () => {
    const late = { version: '0.1', type: 'container', ops: [], note: 'unknown keys are not valid' };
    const { cid, digest, bytes } = await encodeJson(late);
    const job = await startJob(digest);
    await vi.waitFor(async () => expect((await contentOf(cid))?.error).toMatch(/has nothing there/), {
      timeout: 10_000,
    });
    const after = await startJob((await pin(definition)).digest);
    await vi.waitFor(async () => {
      expect(await row('SELECT status FROM job WHERE address = $1', after.job)).toEqual({
        status: 'running',
      });
    }, 30_000);
    await contents.put(bytes);
    await vi.waitFor(
      async () => expect(await contentOf(cid)).toMatchObject({ status: 'fetched', error: null }),
      {
        timeout: 30_000,
      },
    );
    expect(await row('SELECT valid, errors FROM definition_facts WHERE cid = $1', cid)).toMatchObject({
      valid: false,
    });
    const same = await pin(flowState({}));
    for (const each of [job, after]) await finish(each, same.digest);
    // A result that was fetched for one job serves the next one as well.
    for (const each of [job, after]) {
      await vi.waitFor(async () => expect((await resultOf(each.job))?.state).toBe('unknown'), {
        timeout: 10_000,
      });
    }
  });

  it('of any kind leaves the indexer standing', async () => {
    const { digest } = await pin(definition);
    const hostile: [Uint8Array, RegExp | null][] = [
      [new TextEncoder().encode('<html>not found</html>'), /not JSON/],
      [new TextEncoder().encode(`${'['.repeat(50_000)}${']'.repeat(50_000)}`), /./],
      [
        new TextEncoder().encode(
          JSON.stringify({ status: 'a\u0000b', opStates: [{ operationId: '\ud800' }] }),
        ),
        null,
      ],
      [new TextEncoder().encode('{"status":{"toString":1},"opStates":"many","__proto__":{"x":1}}'), null],
    ];
    for (const [bytes, error] of hostile) {
      const encoded = await encodeBytes(bytes);
      await contents.put(bytes);
      const job = await startJob(digest);
      await finish(job, encoded.digest);
      await vi.waitFor(async () => expect((await resultOf(job.job))?.state).toBe('unknown'), {
        timeout: 10_000,
      });
      const stored = await contentOf(encoded.cid);
      if (error === null) expect(stored).toMatchObject({ status: 'fetched' });
      else expect(stored).toMatchObject({ status: 'invalid', error: expect.stringMatching(error) });
    }
  });
});

describe('retryPauseSeconds', () => {
  it('grows from a quarter of a second to six hours', () => {
    for (let attempts = 1; attempts < 100; attempts++) {
      const seconds = retryPauseSeconds(attempts);
      expect(seconds).toBeGreaterThanOrEqual(0.75 * Math.min(0.25 * 2 ** (attempts - 1), 21_600));
      expect(seconds).toBeLessThanOrEqual(1.25 * 21_600);
    }
  });
});
