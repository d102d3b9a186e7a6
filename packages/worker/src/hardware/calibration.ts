import { askablePrecision, type InferenceEngine, type ModelInfo } from '@inferscan/inference';
import { z } from 'zod';

import { memoryBandwidth } from './memory.js';

/** How fast one model writes text on this machine, for one user at a time. */
export const ModelFigure = z.object({
  model: z.string(),
  /** sha256 of the model as the engine knows it. */
  digest: z.string(),
  precision: z.string(),
  threads: z.int().min(1),
  tokensPerSecond: z.number().min(0),
  /** What the figure was taken over. */
  tokens: z.int().min(1),
});
export type ModelFigure = z.infer<typeof ModelFigure>;

/** What a machine can do, as it was measured on it. */
export const Calibration = z.object({
  /** When the last figure was taken, Unix milliseconds. */
  measuredAt: z.int().min(0),
  /** Gigabytes a second that one thread reads and writes; null where it could not be told. */
  memoryBandwidth: z.number().min(0).nullable(),
  /** Threads per inference that are best, or were asked for. */
  threads: z.int().min(1),
  figures: z.array(ModelFigure),
});
export type Calibration = z.infer<typeof Calibration>;

export interface CalibrateOptions {
  /** An engine with so many threads per inference; closed when it was measured. */
  readonly createEngine: (threads: number) => Promise<InferenceEngine>;
  /** `auto` tries several numbers on the largest model and keeps the best. */
  readonly threads: number | 'auto';
  readonly cores: number;
  /** For everything but loading models; those that it does not last for get no figure this time. */
  readonly budgetMs: number;
  /** What is known already is not measured again. */
  readonly known: Calibration | null;
  readonly signal: AbortSignal;
  readonly onFigure?: (figure: ModelFigure) => void;
}

/** One of these is text that any tokenizer takes, the shipped models' too, which know digits and signs only. */
const PROMPTS = ['384*57', 'Count from one to one hundred.'];
const MAX_TOKENS = 64;
/** More threads have to be this much faster: they are taken from somebody else. */
const WORTH_MORE_THREADS = 1.05;
const SHORTEST_SLICE_MS = 50;

/** Measures what is not known yet, in bounded time. */
export async function calibrate(options: CalibrateOptions): Promise<Calibration> {
  const { known, budgetMs, signal, createEngine } = options;
  let leftMs = budgetMs;
  const figures = [...(known?.figures ?? [])];
  const bandwidth = known?.memoryBandwidth ?? (budgetMs > 0 ? memoryBandwidth() : null);
  let measuredAt = known?.measuredAt ?? Date.now();

  async function measureAll(threads: number, choose: (models: readonly Candidate[]) => readonly Candidate[]) {
    const engine = await createEngine(threads);
    try {
      const missing = choose(candidates(engine.models())).filter(
        ({ digest, precision }) => !find(figures, digest, precision, threads),
      );
      for (const [index, candidate] of missing.entries()) {
        if (leftMs <= 0) return;
        const sliceMs = Math.max(leftMs / (missing.length - index), SHORTEST_SLICE_MS);
        const measured = await measure(engine, candidate, threads, sliceMs, signal);
        if (measured === null) continue;
        leftMs -= measured.ms;
        measuredAt = Date.now();
        figures.push(measured.figure);
        options.onFigure?.(measured.figure);
      }
    } finally {
      await engine.close();
    }
  }

  let threads = options.threads === 'auto' ? 1 : options.threads;
  if (options.threads === 'auto') {
    for (const count of threadCounts(options.cores)) await measureAll(count, largest);
    threads = bestThreads(figures);
  }
  await measureAll(threads, (models) => models);
  return { measuredAt, memoryBandwidth: bandwidth, threads, figures };
}

interface Candidate extends Pick<ModelInfo, 'name' | 'digest' | 'sizeBytes' | 'reasoning'> {
  readonly precision: ModelInfo['precision'];
}

function candidates(models: readonly ModelInfo[]): Candidate[] {
  return models
    .filter(({ task }) => task === 'text-generation')
    .flatMap((model) => model.precisions.map((precision) => ({ ...model, precision })));
}

const largest = (models: readonly Candidate[]): Candidate[] =>
  [...models].sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 1);

const find = (figures: readonly ModelFigure[], digest: string, precision: string, threads: number) =>
  figures.find((one) => one.digest === digest && one.precision === precision && one.threads === threads);

/** 1, 2, 4 … and all cores. */
function threadCounts(cores: number): number[] {
  const counts = [];
  for (let count = 1; count < cores; count *= 2) counts.push(count);
  return [...counts, cores];
}

/** The fewest threads that nothing beats by much, on the model that was tried with most numbers of them. */
export function bestThreads(figures: readonly ModelFigure[]): number {
  const tried = new Map<string, ModelFigure[]>();
  for (const figure of figures) {
    const key = `${figure.digest} ${figure.precision}`;
    tried.set(key, [...(tried.get(key) ?? []), figure]);
  }
  const [most = []] = [...tried.values()].sort((a, b) => b.length - a.length);
  let best: ModelFigure | undefined;
  for (const figure of [...most].sort((a, b) => a.threads - b.threads)) {
    if (!best || figure.tokensPerSecond > best.tokensPerSecond * WORTH_MORE_THREADS) best = figure;
  }
  return best?.threads ?? 1;
}

/** Has a model write for about `sliceMs`; null if it does not take any of the prompts. */
async function measure(
  engine: InferenceEngine,
  { name, digest, precision, reasoning }: Candidate,
  threads: number,
  sliceMs: number,
  signal: AbortSignal,
): Promise<{ figure: ModelFigure; ms: number } | null> {
  const generate = async (prompt: string, seed: number, maxTokens: number) => {
    const asked = askablePrecision(precision);
    const request = { model: name, precision: asked, prompt, reasoning, maxTokens, seed };
    const { tokens, timing } = await engine.generate(request, { signal });
    return { tokens: tokens.completion, ms: timing.totalMs - timing.queueMs - timing.loadMs };
  };
  for (const prompt of PROMPTS) {
    try {
      // The first one loads the model; where it takes longer than there is time, it is the measurement.
      let sum = await generate(prompt, 0, 8);
      if (sum.ms < sliceMs) {
        sum = { tokens: 0, ms: 0 };
        for (let seed = 1; sum.ms < sliceMs; seed++) {
          const { tokens, ms } = await generate(prompt, seed, MAX_TOKENS);
          sum = { tokens: sum.tokens + tokens, ms: sum.ms + ms };
        }
      }
      const tokensPerSecond = Number(((1000 * sum.tokens) / sum.ms).toPrecision(4));
      const figure = { model: name, digest, precision, threads, tokensPerSecond, tokens: sum.tokens };
      return { figure, ms: sum.ms };
    } catch {
      signal.throwIfAborted();
    }
  }
  return null;
}
