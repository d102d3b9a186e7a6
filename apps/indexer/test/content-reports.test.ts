import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { canonicalJson, NODE_REPORT_SCHEMA } from '@inferscan/formats';
import { generateKeyPairSigner, getBase58Decoder, type KeyPairSigner, signBytes } from '@solana/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { saveContent } from '../src/content/save-content.js';
import { cidOf, START, writeJobs } from './support/jobs.js';
import { flowState, receiptOf } from './support/receipts.js';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const op = (operationId: string, state: object) => ({
  operationId,
  status: 'success',
  exitCode: 0,
  ...state,
});

/** What a node pins of its machine. */
async function reportOf(node: KeyPairSigner, change: object = {}) {
  const specs = { cpu_model: 'EPYC', logical_cores: 32, ram_mb: 64_000, disk_gb: 500 };
  const cuda = { devices: [{ index: 0, name: 'RTX 4090', memory: { total_mb: 24_564 } }] };
  const figure = {
    model_id: 'arithmetic',
    digest: 'ab'.repeat(32),
    precision: 'fp32',
    threads: 2,
    results: { users_1: { tokens_per_second: { mean: 812.5 } } },
  };
  const document = {
    schema: NODE_REPORT_SCHEMA,
    node: node.address,
    status: 'success',
    opStates: [
      op('system-info', {
        endTime: 1_700_000_000_000,
        logs: [{ type: 'stdout', log: JSON.stringify({ ...specs, cuda_check: cuda }), timestamp: '' }],
      }),
      op('benchmark', {
        results: { memory_bandwidth_gb_s: '18.25', results_llm_1_benchmark: JSON.stringify(figure) },
      }),
    ],
    ...change,
  };
  const message = new TextEncoder().encode(canonicalJson(document));
  return {
    ...document,
    signature: getBase58Decoder().decode(await signBytes(node.keyPair.privateKey, message)),
  };
}

/** A finished job of a node, whose receipt names a report. */
async function jobNaming(report: string, node: KeyPairSigner, signer = node): Promise<void> {
  const [job, market, run] = await Promise.all(
    [1, 2, 3].map(async () => (await generateKeyPairSigner()).address as string),
  );
  if (!job || !market || !run) throw new Error('three keys were made');
  const subject = { job, market, run, definitionCid: cidOf('definition') };
  const receipt = await receiptOf(signer, subject, 'inference', { report });
  const at = { address: job, market, node: node.address as string };
  await writeJobs(test.database, [
    { id: job, ...at, status: 'finished', ended_at: START + 60n, result_cid: cidOf(job) },
  ]);
  await saveContent(test.database, cidOf(job), flowState({ inference: receipt }));
}

const rowsOf = async (sql: string) => (await test.database.pool.query(sql)).rows as Record<string, unknown>[];
const wanted = () => rowsOf("SELECT cid, status FROM content WHERE kind = 'report'");
const reports = () => rowsOf('SELECT * FROM node_report');

describe('the report that a receipt names', () => {
  it('is fetched, and kept with who signed it', async () => {
    const node = await generateKeyPairSigner();
    await jobNaming(cidOf('report'), node);
    expect(await wanted()).toEqual([{ cid: cidOf('report'), status: 'pending' }]);
    const heard: string[] = [];
    await test.database.listen('inferscan', (payload) => heard.push(payload));
    await saveContent(test.database, cidOf('report'), await reportOf(node));
    expect(await wanted()).toEqual([{ cid: cidOf('report'), status: 'fetched' }]);
    expect(await reports()).toEqual([
      {
        cid: cidOf('report'),
        node: node.address,
        measured_at: 1_700_000_000n,
        system_environment: null,
        cpu_model: 'EPYC',
        logical_cores: 32,
        ram_mb: 64_000,
        disk_gb: 500,
        gpus: [{ name: 'RTX 4090', memory_mb: 24_564 }],
        memory_bandwidth_gb_s: 18.25,
        models: [
          {
            model: 'arithmetic',
            digest: 'ab'.repeat(32),
            precision: 'fp32',
            threads: 2,
            tokensPerSecond: 812.5,
          },
        ],
      },
    ]);
    // Pages of the node are told, though no job names the document.
    await expect.poll(() => heard.some((payload) => payload.includes(node.address))).toBe(true);
  });

  it('is not looked for where another key signed the receipt, or what is named is no address', async () => {
    const [node, other] = [await generateKeyPairSigner(), await generateKeyPairSigner()];
    await jobNaming(cidOf('report'), node, other);
    await jobNaming('https://elsewhere.example/report', node);
    expect(await wanted()).toEqual([]);
  });

  it('is nobody’s where its signature is not that of the node it names', async () => {
    const [node, other] = [await generateKeyPairSigner(), await generateKeyPairSigner()];
    await jobNaming(cidOf('forged'), node);
    await saveContent(test.database, cidOf('forged'), {
      ...(await reportOf(other)),
      node: node.address,
    });
    await jobNaming(cidOf('changed'), node);
    await saveContent(test.database, cidOf('changed'), { ...(await reportOf(node)), status: 'failed' });
    await jobNaming(cidOf('text'), node);
    await saveContent(test.database, cidOf('text'), 'no report');
    expect(await reports()).toEqual([]);
  });
});
