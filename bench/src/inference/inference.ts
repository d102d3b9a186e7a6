import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import type { BenchOptions } from '../benches.js';
import { percentile } from '../percentile.js';
import { type Figure, rounded } from '../report.js';
import { OWN_FIGURES } from './figures.js';
import { benchPeers } from './peers/bench-peers.js';
import { type BenchRequest, longRequests, MODEL_DIGITS, mixedRequests } from './requests.js';

const CLIENTS = 32;
const FEW_CLIENTS = 8;

/** One way of running requests, measured once. */
interface Pass {
  readonly tokensPerSecond: number;
  /** Milliseconds between two tokens of the same request. */
  readonly gaps: readonly number[];
}

/**
 * Text generation on the project's own models, on one thread: how many tokens a second for one, 8 and 32 requests at a time, and
 * how long a client waits for the next token. Then on a larger model beside other engines.
 */
export async function benchInference(options: BenchOptions): Promise<void> {
  if (options.only === undefined || OWN_FIGURES.includes(options.only)) await benchOwnModels(options);
  await benchPeers(options);
}

async function benchOwnModels({ runs, only, report }: BenchOptions): Promise<void> {
  const engine = await createInferenceEngine({ maxQueued: CLIENTS, prefixBytes: 0 });
  const wanted = (figure: string) => only === undefined || only === figure;
  try {
    const gains: number[] = [];
    for (const model of Object.keys(MODEL_DIGITS)) {
      const name = model.replaceAll('-', '_');
      if (wanted('tokens_per_s')) await reportRates(engine, model, name, runs, report);
      if (!wanted('continuous_batching_gain_32') && !wanted('time_between_tokens_p95_ms')) continue;
      const requests = mixedRequests(model, CLIENTS);
      const [alone, together] = await alternate(runs, engine, requests);
      const [slow, fast] = [medianRate(alone), medianRate(together)];
      gains.push(fast / slow);
      const against = { name: 'one at a time', value: rounded(slow, 1) };
      report({
        figure: `mixed_32_tokens_per_s_${name}`,
        value: rounded(fast, 1),
        unit: '1/s',
        runs,
        against,
      });
      report(gapFigure(name, runs, together, alone));
    }
    if (wanted('continuous_batching_gain_32')) {
      const value = rounded(Math.min(...gains), 2);
      report({ figure: 'continuous_batching_gain_32', value, unit: 'times', runs });
    }
  } finally {
    await engine.close();
  }
}

async function reportRates(
  engine: InferenceEngine,
  model: string,
  name: string,
  runs: number,
  report: BenchOptions['report'],
): Promise<void> {
  const [alone, together] = await alternate(runs, engine, longRequests(model, FEW_CLIENTS));
  const [one, eight] = [medianRate(alone), medianRate(together)];
  report({ figure: `tokens_per_s_b1_${name}`, value: rounded(one, 1), unit: '1/s', runs });
  const against = { name: 'one at a time', value: rounded(one, 1) };
  report({ figure: `tokens_per_s_b8_${name}`, value: rounded(eight, 1), unit: '1/s', runs, against });
}

function gapFigure(name: string, runs: number, together: readonly Pass[], alone: readonly Pass[]): Figure {
  const p95 = (passes: readonly Pass[]) =>
    rounded(
      percentile(
        passes.flatMap(({ gaps }) => gaps),
        0.95,
      ),
      3,
    );
  return {
    figure: `time_between_tokens_p95_ms_${name}`,
    value: p95(together),
    unit: 'ms',
    runs,
    against: { name: 'one at a time', value: p95(alone) },
  };
}

/** Runs requests one at a time and all at once, in turn, so that what others do on the machine meets both alike. */
async function alternate(
  runs: number,
  engine: InferenceEngine,
  requests: readonly BenchRequest[],
): Promise<[Pass[], Pass[]]> {
  // Loads the model and warms up.
  await measure(engine, requests, false);
  const [alone, together]: [Pass[], Pass[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    alone.push(await measure(engine, requests, true));
    together.push(await measure(engine, requests, false));
  }
  return [alone, together];
}

async function measure(
  engine: InferenceEngine,
  requests: readonly BenchRequest[],
  oneByOne: boolean,
): Promise<Pass> {
  const gaps: number[] = [];
  const ask = async (request: BenchRequest): Promise<number> => {
    let last: number | undefined;
    const { tokens } = await engine.generate(request, {
      onToken() {
        const now = performance.now();
        if (last !== undefined) gaps.push(now - last);
        last = now;
      },
    });
    return tokens.completion;
  };
  const begun = performance.now();
  const counts: number[] = [];
  if (oneByOne) for (const request of requests) counts.push(await ask(request));
  else counts.push(...(await Promise.all(requests.map(ask))));
  const seconds = (performance.now() - begun) / 1000;
  return { tokensPerSecond: counts.reduce((sum, count) => sum + count, 0) / seconds, gaps };
}

function medianRate(passes: readonly Pass[]): number {
  return percentile(
    passes.map(({ tokensPerSecond }) => tokensPerSecond),
    0.5,
  );
}
