import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createNodeMetrics, type NodeMetrics } from '../src/metrics/node-metrics.js';
import { serveMetrics } from '../src/metrics/server.js';

let engine: InferenceEngine;
beforeAll(async () => {
  engine = await createInferenceEngine({ maxBatch: 1 });
});
afterAll(() => engine.close());

/** The value of a sample, by its name and a part of its labels. */
async function sample(metrics: NodeMetrics, name: string, label = ''): Promise<number | undefined> {
  const lines = (await metrics.text()).split('\n');
  const line = lines.find((text) => /^[^#{ ]+/.exec(text)?.[0] === name && text.includes(label));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

describe('the figures of an engine', () => {
  it('are what it answered, by model', async () => {
    const metrics = createNodeMetrics({});
    const metered = metrics.meter(engine);
    const request = { model: 'arithmetic', prompt: '384*57', reasoning: true };
    const plain = await metered.generate(request);
    const tokens: unknown[] = [];
    const streamed = await metered.generate(request, { onToken: (token) => tokens.push(token) });
    const model = 'model_name="arithmetic"';
    const sum = (count: (result: typeof plain) => number) => count(plain) + count(streamed);
    expect(await sample(metrics, 'vllm:generation_tokens_total', model)).toBe(
      sum((r) => r.tokens.completion),
    );
    expect(await sample(metrics, 'vllm:prompt_tokens_total', model)).toBe(sum((r) => r.tokens.prompt));
    expect(await sample(metrics, 'vllm:prefix_cache_hits_total', model)).toBe(sum((r) => r.cachedTokens));
    expect(await sample(metrics, 'vllm:time_to_first_token_seconds_count', model)).toBe(2);
    expect(await sample(metrics, 'vllm:e2e_request_latency_seconds_sum', model)).toBeCloseTo(
      sum((r) => r.timing.totalMs) / 1000,
      6,
    );
    expect(await sample(metrics, 'vllm:request_queue_time_seconds_sum', model)).toBeCloseTo(
      sum((r) => r.timing.queueMs) / 1000,
      6,
    );
    // Only what was streamed tells of gaps.
    expect(await sample(metrics, 'vllm:inter_token_latency_seconds_count', model)).toBe(tokens.length - 1);
    expect(await sample(metrics, 'vllm:request_success_total', 'finished_reason="stop"')).toBe(2);
  });

  it('tell of guessed tokens and those that came true', async () => {
    const metrics = createNodeMetrics({});
    const request = { model: 'long-multiplication', prompt: '121*121', reasoning: true };
    const result = await metrics.meter(engine).generate({ ...request, promptLookupTokens: 7 });
    expect(result.acceptedTokens).toBeGreaterThan(0);
    const model = 'model_name="long-multiplication"';
    const [drafted, accepted] = ['draft', 'accepted'].map(
      (what) => `vllm:spec_decode_num_${what}_tokens_total`,
    );
    expect(await sample(metrics, drafted ?? '', model)).toBe(result.draftedTokens);
    expect(await sample(metrics, accepted ?? '', model)).toBe(result.acceptedTokens);
  });

  it('say who runs and who waits, and what failed', async () => {
    const metrics = createNodeMetrics({});
    const metered = metrics.meter(engine);
    const request = { model: 'arithmetic', prompt: '384*57', reasoning: true };
    const all = [0, 1, 2].map(() => metered.generate(request));
    const model = 'model_name="arithmetic"';
    expect(await sample(metrics, 'vllm:num_requests_running', model)).toBe(1);
    expect(await sample(metrics, 'vllm:num_requests_waiting', model)).toBe(2);
    await Promise.all(all);
    expect(await sample(metrics, 'vllm:num_requests_running', model)).toBe(0);
    expect(await sample(metrics, 'vllm:num_requests_waiting', model)).toBe(0);
    await expect(metered.generate({ ...request, prompt: 'what?' })).rejects.toThrow();
    await expect(metered.generate({ ...request, model: 'made-up' })).rejects.toThrow();
    const failed = 'inferscan_requests_failed_total';
    expect(await sample(metrics, failed, `${model},reason="bad_request"`)).toBe(1);
    expect(await sample(metrics, failed, 'model_name="",reason="unknown_model"')).toBe(1);
  });

  it('count other tasks too', async () => {
    const metrics = createNodeMetrics({});
    await metrics.meter(engine).run({
      ...{ task: 'embeddings', model: 'explorer-embedder', inputs: { texts: ['a job'] } },
    } as const);
    const model = 'model_name="explorer-embedder"';
    expect(await sample(metrics, 'vllm:e2e_request_latency_seconds_count', model)).toBe(1);
  });
});

describe('the figures of a node', () => {
  it('are what its life tells', async () => {
    const metrics = createNodeMetrics({});
    metrics.observer.looked({
      queue: { market: 'M', position: 2, nodes: 5 },
      isRunning: false,
      book: { jobs: 3, earned: 1_500_000n },
    });
    metrics.observer.jobEnded('success');
    expect(await sample(metrics, 'inferscan_queue_position', 'market="M"')).toBe(2);
    expect(await sample(metrics, 'inferscan_queue_nodes', 'market="M"')).toBe(5);
    expect(await sample(metrics, 'inferscan_earned_nos')).toBe(1.5);
    expect(await sample(metrics, 'inferscan_jobs_total', 'state="success"')).toBe(1);
    metrics.observer.looked({ queue: null, isRunning: true, book: { jobs: 4, earned: 2_000_000n } });
    expect(await sample(metrics, 'inferscan_queue_position', 'market="M"')).toBeUndefined();
    expect(await sample(metrics, 'inferscan_job_running')).toBe(1);
    expect(await sample(metrics, 'inferscan_paid_jobs')).toBe(4);
  });

  it('have energy where it is counted or declared, and say which', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'inferscan-rapl-'));
    const write = (name: string, file: string, value: number) =>
      writeFile(join(dir, name, file), `${value}\n`);
    for (const name of ['intel-rapl:0', 'intel-rapl:0:0']) {
      await mkdir(join(dir, name));
      await write(name, 'max_energy_range_uj', 10_000_000);
      await write(name, 'energy_uj', 9_000_000);
    }
    const name = 'inferscan_energy_joules_total';
    const counted = createNodeMetrics({ raplDir: dir });
    await write('intel-rapl:0', 'energy_uj', 2_000_000);
    expect(await sample(counted, name, 'rapl')).toBe(3);
    expect(await sample(counted, name, 'rapl')).toBe(3);
    expect(await sample(counted, name, 'estimated')).toBeUndefined();
    await rm(dir, { recursive: true });
    const declared = createNodeMetrics({ raplDir: dir, coreWatts: 10 });
    const { user, system } = process.cpuUsage();
    expect(await sample(declared, name, 'estimated')).toBeGreaterThanOrEqual((10 * (user + system)) / 1e6);
    expect(await sample(createNodeMetrics({ raplDir: dir }), name)).toBeUndefined();
  });

  it('are served to Prometheus', async () => {
    const metrics = createNodeMetrics({});
    const server = await serveMetrics(metrics, { port: 0 });
    const response = await fetch(`${server.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toContain('# TYPE inferscan_job_running gauge');
    await server.close();
  });
});
