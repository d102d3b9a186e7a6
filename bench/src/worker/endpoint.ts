import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ENDPOINT_TOKEN_SCHEMA, signEndpointToken } from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import { createEndpoint, createJobAccess } from '@inferscan/worker';
import { generateKeyPairSigner, signBytes } from '@solana/kit';

import type { BenchOptions } from '../benches.js';
import { MODEL_NAME, writeModel } from '../inference/peers/write-models.js';
import { type BenchRequest, longRequests, randomRequests } from '../inference/requests.js';
import { percentile } from '../percentile.js';
import { type Figure, rounded } from '../report.js';
import { askEndpoint, type Client, createClient } from './client.js';

/** One of the smallest models there are: what an endpoint adds shows best beside so little. */
const SMALL = 'long-multiplication';
const CLIENTS = 32;
/** Requests of each kind for one median of the time to the first token. */
const FIRST_TOKENS = 40;
/** Room for the caches of CLIENTS requests, and for the weights. */
const MEMORY_BYTES = 8 * 1024 ** 3;
const ENGINE = { maxQueued: CLIENTS, prefixBytes: 0 };

/** One way of asking: milliseconds to the first piece of text, and tokens written. */
type Ask = (request: BenchRequest) => Promise<{ firstMs: number; tokens: number }>;

/**
 * What a customer pays for asking through the endpoint, with a token and streamed, instead of calling the engine in the same process,
 * streamed too. Both in turn, so that what others do on the machine meets both alike; the client shares the endpoint's thread.
 */
export async function benchEndpoint({ runs, only, report }: BenchOptions): Promise<void> {
  const wanted = (figure: string) => only === undefined || only === figure;
  const small = {
    overhead: wanted('endpoint_overhead_ms'),
    loss: wanted('endpoint_throughput_loss_small_pct'),
  };
  if (small.overhead || small.loss) {
    await withWays(await createInferenceEngine(ENGINE), { name: SMALL }, async (ways) => {
      const requests = longRequests(SMALL, CLIENTS);
      // Loads the model and warms up both ways.
      for (const ask of [ways.engine, ways.endpoint]) await Promise.all(requests.map(ask));
      if (small.overhead) report(await overhead(ways, requests, runs));
      if (!small.loss) return;
      for (const figure of await loss(ways, requests, { runs, rounds: 5, suffix: '_small' })) report(figure);
    });
  }
  if (wanted('endpoint_throughput_loss_pct')) await benchUsefulSize({ runs, report });
}

/** The decoder of 107 million random parameters in 4 bits. */
async function benchUsefulSize({ runs, report }: Pick<BenchOptions, 'runs' | 'report'>): Promise<void> {
  const modelsDir = await mkdtemp(join(tmpdir(), 'inferscan-bench-endpoint-'));
  try {
    console.error('Writing a model of 107 million random parameters …');
    await writeModel(modelsDir, ['int4']);
    const engine = await createInferenceEngine({ ...ENGINE, modelsDir, memoryBytes: MEMORY_BYTES });
    await withWays(engine, { name: MODEL_NAME, precision: 'int4' }, async (ways) => {
      const requests = randomRequests(CLIENTS);
      for (const ask of [ways.engine, ways.endpoint]) await Promise.all(requests.map(ask));
      for (const figure of await loss(ways, requests, { runs, rounds: 2, suffix: '' })) report(figure);
    });
  } finally {
    await rm(modelsDir, { recursive: true, force: true });
  }
}

interface ServedModel {
  readonly name: string;
  readonly precision?: 'int4';
}

interface Ways {
  readonly engine: Ask;
  readonly endpoint: Ask;
}

async function withWays(
  engine: InferenceEngine,
  model: ServedModel,
  use: (ways: Ways) => Promise<void>,
): Promise<void> {
  try {
    const { endpoint, client } = await openEndpoint(engine, model);
    try {
      await use({ engine: inProcess(engine), endpoint: (request) => askEndpoint(client, request) });
    } finally {
      await endpoint.close();
      await client.close();
    }
  } finally {
    await engine.close();
  }
}

async function overhead(ways: Ways, requests: readonly BenchRequest[], runs: number): Promise<Figure> {
  const differences: number[] = [];
  const alone: number[] = [];
  for (let n = 0; n < runs * FIRST_TOKENS; n++) {
    const request = requests[n % CLIENTS];
    if (request === undefined) continue;
    const [first, second] = n % 2 === 0 ? [ways.engine, ways.endpoint] : [ways.endpoint, ways.engine];
    const [a, b] = [(await first(request)).firstMs, (await second(request)).firstMs];
    differences.push(n % 2 === 0 ? b - a : a - b);
    alone.push(n % 2 === 0 ? a : b);
  }
  return {
    figure: 'endpoint_overhead_ms',
    value: rounded(percentile(differences, 0.5), 3),
    unit: 'ms',
    runs: differences.length,
    against: { name: 'first token of the engine', value: rounded(percentile(alone, 0.5), 3) },
  };
}

interface LossOptions {
  readonly runs: number;
  /** Requests of each client, one after another: where all begin at once, the first wait for the last to be read. */
  readonly rounds: number;
  /** Of the figures' names. */
  readonly suffix: string;
}

async function loss(
  ways: Ways,
  requests: readonly BenchRequest[],
  { runs, rounds, suffix }: LossOptions,
): Promise<Figure[]> {
  const rates: Record<keyof Ways, number[]> = { engine: [], endpoint: [] };
  const processor: Record<keyof Ways, number[]> = { engine: [], endpoint: [] };
  for (let run = 0; run < runs; run++) {
    const order = run % 2 === 0 ? (['engine', 'endpoint'] as const) : (['endpoint', 'engine'] as const);
    for (const way of order) {
      const pass = await measure(ways[way], requests, rounds);
      rates[way].push(pass.tokensPerSecond);
      processor[way].push(pass.processorMsPer1000);
    }
  }
  const losses = rates.endpoint.map((rate, run) => 100 * (1 - rate / (rates.engine[run] ?? rate)));
  const median = (values: readonly number[]) => rounded(percentile(values, 0.5), 1);
  const beside = (values: readonly number[]) => ({ name: 'engine in process', value: median(values) });
  return [
    {
      figure: `endpoint_tokens_per_s${suffix}`,
      value: median(rates.endpoint),
      unit: '1/s',
      runs,
      against: beside(rates.engine),
    },
    {
      figure: `endpoint_processor_ms_per_1000_tokens${suffix}`,
      value: median(processor.endpoint),
      unit: 'ms',
      runs,
      against: beside(processor.engine),
    },
    {
      figure: `endpoint_throughput_loss${suffix}_pct`,
      value: rounded(percentile(losses, 0.5), 2),
      unit: '%',
      runs,
    },
  ];
}

/** An endpoint as a job has it, and a client with a token of its poster. */
async function openEndpoint(engine: InferenceEngine, model: ServedModel) {
  const [poster, job, node] = await Promise.all([0, 1, 2].map(() => generateKeyPairSigner()));
  if (!poster || !job || !node) throw new Error('no keys');
  const names = { job: job.address, node: node.address };
  const access = createJobAccess({ ...names, project: poster.address });
  const endpoint = await createEndpoint({ engine, only: model, access });
  const expires = Math.floor(Date.now() / 1000) + 3600;
  const token = await signEndpointToken({ schema: ENDPOINT_TOKEN_SCHEMA, ...names, expires }, (message) =>
    signBytes(poster.keyPair.privateKey, message),
  );
  const client: Client = createClient(endpoint.url, token, CLIENTS);
  return { endpoint, client };
}

const inProcess =
  (engine: InferenceEngine): Ask =>
  async (request) => {
    const begun = performance.now();
    let firstMs = Number.NaN;
    const { tokens } = await engine.generate(request, {
      onToken() {
        if (Number.isNaN(firstMs)) firstMs = performance.now() - begun;
      },
    });
    return { firstMs, tokens: tokens.completion };
  };

/** A client for each request; processor time is that of the process, which others on the machine slow down less than the clock shows. */
async function measure(ask: Ask, requests: readonly BenchRequest[], rounds: number) {
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  const client = async (request: BenchRequest): Promise<number> => {
    let tokens = 0;
    for (let round = 0; round < rounds; round++) tokens += (await ask(request)).tokens;
    return tokens;
  };
  const counts = await Promise.all(requests.map(client));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const written = counts.reduce((sum, count) => sum + count, 0);
  return { tokensPerSecond: written / seconds, processorMsPer1000: (user + system) / written };
}
