import { ENDPOINT_TOKEN_SCHEMA, signEndpointToken } from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import { createEndpoint, createJobAccess } from '@inferscan/worker';
import { generateKeyPairSigner, signBytes } from '@solana/kit';

import type { BenchOptions } from '../benches.js';
import { type BenchRequest, longRequests } from '../inference/requests.js';
import { percentile } from '../percentile.js';
import { rounded } from '../report.js';
import { askEndpoint, type Client, createClient } from './client.js';

const MODEL = 'long-multiplication';
const CLIENTS = 32;
/** Requests of each client, one after another: where all begin at once, the first wait for the last to be read. */
const ROUNDS = 5;
/** Requests of each kind for one median of the time to the first token. */
const FIRST_TOKENS = 40;

/** One way of asking: milliseconds to the first piece of text, and tokens written. */
type Ask = (request: BenchRequest) => Promise<{ firstMs: number; tokens: number }>;

/**
 * What a customer pays for asking through the endpoint, with a token and streamed, instead of calling the engine in the same process,
 * streamed too. Both in turn, so that what others do on the machine meets both alike; the client shares the endpoint's thread.
 */
export async function benchEndpoint({ runs, only, report }: BenchOptions): Promise<void> {
  const engine = await createInferenceEngine({ maxQueued: CLIENTS, prefixBytes: 0 });
  const { endpoint, client } = await openEndpoint(engine);
  const ways = {
    engine: inProcess(engine),
    endpoint: (request: BenchRequest) => askEndpoint(client, request),
  };
  const wanted = (figure: string) => only === undefined || only === figure;
  const requests = longRequests(MODEL, CLIENTS);
  try {
    // Loads the model and warms up both ways.
    for (const ask of [ways.engine, ways.endpoint]) await Promise.all(requests.map(ask));
    if (wanted('endpoint_overhead_ms')) {
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
      report({
        figure: 'endpoint_overhead_ms',
        value: rounded(percentile(differences, 0.5), 3),
        unit: 'ms',
        runs: differences.length,
        against: { name: 'first token of the engine', value: rounded(percentile(alone, 0.5), 3) },
      });
    }
    if (wanted('endpoint_throughput_loss_pct')) {
      const rates: Record<keyof typeof ways, number[]> = { engine: [], endpoint: [] };
      const processor: Record<keyof typeof ways, number[]> = { engine: [], endpoint: [] };
      for (let run = 0; run < runs; run++) {
        const order = run % 2 === 0 ? (['engine', 'endpoint'] as const) : (['endpoint', 'engine'] as const);
        for (const way of order) {
          const pass = await measure(ways[way], requests);
          rates[way].push(pass.tokensPerSecond);
          processor[way].push(pass.processorMsPer1000);
        }
      }
      const losses = rates.endpoint.map((rate, run) => 100 * (1 - rate / (rates.engine[run] ?? rate)));
      const value = rounded(percentile(rates.endpoint, 0.5), 1);
      const against = { name: 'engine in process', value: rounded(percentile(rates.engine, 0.5), 1) };
      report({ figure: 'endpoint_tokens_per_s', value, unit: '1/s', runs, against });
      report({
        figure: 'endpoint_processor_ms_per_1000_tokens',
        value: rounded(percentile(processor.endpoint, 0.5), 1),
        unit: 'ms',
        runs,
        against: { name: 'engine in process', value: rounded(percentile(processor.engine, 0.5), 1) },
      });
      report({
        figure: 'endpoint_throughput_loss_pct',
        value: rounded(percentile(losses, 0.5), 2),
        unit: '%',
        runs,
      });
    }
  } finally {
    await endpoint.close();
    await client.close();
    await engine.close();
  }
}

/** An endpoint as a job has it, and a client with a token of its poster. */
async function openEndpoint(engine: InferenceEngine) {
  const [poster, job, node] = await Promise.all([0, 1, 2].map(() => generateKeyPairSigner()));
  if (!poster || !job || !node) throw new Error('no keys');
  const names = { job: job.address, node: node.address };
  const access = createJobAccess({ ...names, project: poster.address });
  const endpoint = await createEndpoint({ engine, only: { name: MODEL }, access });
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
async function measure(ask: Ask, requests: readonly BenchRequest[]) {
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  const client = async (request: BenchRequest): Promise<number> => {
    let tokens = 0;
    for (let round = 0; round < ROUNDS; round++) tokens += (await ask(request)).tokens;
    return tokens;
  };
  const counts = await Promise.all(requests.map(client));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const written = counts.reduce((sum, count) => sum + count, 0);
  return { tokensPerSecond: written / seconds, processorMsPer1000: (user + system) / written };
}
