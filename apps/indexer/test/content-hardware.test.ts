import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { deriveAgain, saveContent } from '../src/content/save-content.js';
import { cidOf, removeJobs, START, saveDefinition, writeJobs } from './support/jobs.js';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const stdout = (json: object) => [{ type: 'stdout', log: `${JSON.stringify(json)}\n`, timestamp: '' }];
const op = (operationId: string, state: object) => ({
  operationId,
  status: 'success',
  exitCode: 0,
  ...state,
});
const run = (id: string, image: string) => ({ type: 'container/run', id, args: { image } });

const CHECK = {
  version: '0.1',
  type: 'container',
  meta: { trigger: 'cli' },
  ops: [run('system-info', 'nosana/stats:v1.2.1'), run('gpu-info', 'nosana/stats:v1.2.1'), run('x', 'other')],
};
const PRINTED = {
  status: 'success',
  opStates: [
    op('system-info', {
      logs: stdout({ cpu_model: 'EPYC', ram_mb: 64_000, logical_cores: 32, disk_gb: 500 }),
    }),
    op('gpu-info', {
      logs: stdout({
        cuda_check: {
          devices: [{ index: 0, name: 'RTX\u00004090', memory: { total_mb: 24_564 } }],
          runtime_version: '12.4',
        },
      }),
    }),
    op('network-info', { logs: stdout({ ip: '203.0.113.9', country: 'NL', download_mbps: 900 }) }),
  ],
};
const finished = { status: 'finished', ended_at: START + 60n } as const;
const hardware = async () =>
  (await test.database.pool.query('SELECT * FROM node_hardware ORDER BY job_id')).rows as Record<
    string,
    unknown
  >[];

describe('hardware reports', () => {
  it('stand by node, with where they come from, whatever comes first', async () => {
    await writeJobs(test.database, [{ id: 'check', ...finished, result_cid: cidOf('printed') }]);
    await saveContent(test.database, cidOf('printed'), PRINTED);
    expect(await hardware()).toMatchObject([{ images: [] }]);
    await saveDefinition(test.database, CHECK);
    const [row] = await hardware();
    expect(row).toMatchObject({
      job_id: 'check',
      node: 'node',
      poster: 'poster',
      result_cid: cidOf('printed'),
      operations: ['system-info', 'gpu-info', 'network-info'],
      images: ['nosana/stats:v1.2.1'],
      self_reported: true,
      measured_at: START + 60n,
      cpu_model: 'EPYC',
      ram_mb: 64_000,
      logical_cores: 32,
      physical_cores: null,
      disk_gb: 500,
      gpus: [{ index: 0, name: 'RTX\ufffd4090', memoryMb: 24_564, uuid: null, computeCapability: null }],
      cuda_runtime: '12.4',
      country: 'NL',
      download_mbps: 900,
      benchmark: null,
    });
    expect(JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain(
      '203.0',
    );
  });

  it('hold benchmark figures, and are not made of ordinary jobs', async () => {
    const results = { tokens_per_second: ['101.5'], gpu_wattage_avg: ['300'] };
    await writeJobs(test.database, [
      { id: 'bench', ...finished, result_cid: cidOf('bench') },
      { id: 'ordinary', ...finished, result_cid: cidOf('ordinary') },
    ]);
    await saveDefinition(test.database, { ...CHECK, ops: [run('benchmark', 'nosana/llm-benchmark:1')] });
    await saveContent(test.database, cidOf('bench'), {
      status: 'success',
      opStates: [op('benchmark', { results })],
    });
    await saveContent(test.database, cidOf('ordinary'), {
      status: 'success',
      opStates: [op('chat', { results })],
    });
    expect(await hardware()).toMatchObject([
      {
        job_id: 'bench',
        images: ['nosana/llm-benchmark:1'],
        tokens_per_second: 101.5,
        gpu_wattage_avg: 300,
        gpu_temperature_avg: null,
        gpus: null,
        benchmark: { tokens_per_second: 101.5, gpu_wattage_avg: 300 },
      },
    ]);
  });

  it('are not believed of a result that several jobs name', async () => {
    await writeJobs(test.database, [
      { id: 'one', ...finished, result_cid: cidOf('printed') },
      { id: 'two', ...finished, result_cid: cidOf('printed'), node: 'copycat' },
    ]);
    await saveContent(test.database, cidOf('printed'), PRINTED);
    expect(await hardware()).toEqual([]);
  });

  it('go when another job names the same result later, and return when a fork takes that job back', async () => {
    const { database } = test;
    const deriveDue = async (): Promise<void> => {
      const { rows } = await database.pool.query<{ cid: string }>(
        'SELECT cid FROM content WHERE json IS NOT NULL AND next_attempt_at <= now()',
      );
      for (const { cid } of rows) await deriveAgain(database, cid);
    };
    await writeJobs(database, [{ id: 'one', ...finished, result_cid: cidOf('printed') }]);
    await saveContent(database, cidOf('printed'), PRINTED);
    expect(await hardware()).toHaveLength(1);
    await writeJobs(database, [{ id: 'two', ...finished, result_cid: cidOf('printed'), node: 'copycat' }]);
    await deriveDue();
    expect(await hardware()).toEqual([]);
    await removeJobs(database, ['two']);
    await deriveDue();
    expect(await hardware()).toMatchObject([{ job_id: 'one' }]);
  });
});
