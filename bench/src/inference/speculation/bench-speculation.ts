import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInferenceEngine, type GenerationRequest, type InferenceEngine } from '@inferscan/inference';
import type { BenchOptions } from '../../benches.js';
import { percentile } from '../../percentile.js';
import { rounded } from '../../report.js';
import { MODEL_NAME, wordOf, writeModel } from '../peers/write-models.js';
import { heldOutProblems } from '../test-time/problems.js';

/** Tokens that may be guessed at a time. */
const LOOKUPS = [1, 3, 7, 15] as const;
const PROBLEMS = 20;
/** Models with their kind of problem. */
const OWN_MODELS = [
  ['arithmetic', [3, 2]],
  ['long-multiplication', [3, 3]],
  ['many-ways', [3, 3]],
] as const;
const PRECISIONS = ['fp32', 'int8', 'int4'] as const;
const PROMPT_TOKENS = 64;
const NEW_TOKENS = 96;
const MEMORY_BYTES = 8 * 1024 ** 3;

/** The same requests, without guesses and with them. */
interface Case {
  readonly name: string;
  readonly requests: readonly GenerationRequest[];
}

/**
 * Tokens a second with guesses of what comes next, beside those without: on problems that the project's models write out, and on a decoder with
 * random weights whose text repeats one token for ever, or nothing. `runs` is the number of turns.
 */
export async function benchSpeculation({
  runs,
  report,
}: Pick<BenchOptions, 'runs' | 'report'>): Promise<void> {
  await inTurns({}, OWN_MODELS.map(problemsOf), runs, report);
  const modelsDir = await mkdtemp(join(tmpdir(), 'inferscan-speculation-'));
  try {
    await writeModel(modelsDir, ['int8', 'int4']);
    await inTurns({ modelsDir, memoryBytes: MEMORY_BYTES }, PRECISIONS.flatMap(extremesOf), runs, report);
  } finally {
    await rm(modelsDir, { recursive: true, force: true });
  }
}

function problemsOf([model, digits]: (typeof OWN_MODELS)[number]): Case {
  const problems = heldOutProblems(digits, PROBLEMS);
  return {
    name: model,
    requests: problems.map(({ prompt }) => ({ model, prompt, reasoning: true, maxTokens: 128 })),
  };
}

function extremesOf(precision: (typeof PRECISIONS)[number]): Case[] {
  const words = Array.from({ length: PROMPT_TOKENS }, (_, at) => wordOf(10 + 37 * at));
  const request = { model: MODEL_NAME, precision, prompt: words.join(' '), maxTokens: NEW_TOKENS };
  return [
    { name: `${precision}_one_token_for_ever`, requests: [{ ...request, logitBias: { '100': 1000 } }] },
    { name: `${precision}_hardly_a_repetition`, requests: [request] },
  ];
}

async function inTurns(
  options: Parameters<typeof createInferenceEngine>[0],
  cases: readonly Case[],
  runs: number,
  report: BenchOptions['report'],
): Promise<void> {
  const engine = await createInferenceEngine({ ...options, prefixBytes: 0 });
  try {
    for (const { name, requests } of cases) {
      const rates = new Map<number, number[]>();
      // The first turn loads the model.
      for (let run = -1; run < runs; run++) {
        for (const lookup of [0, ...LOOKUPS]) {
          const rate = await tokensPerSecond(engine, requests, lookup);
          if (run >= 0) rates.set(lookup, [...(rates.get(lookup) ?? []), rate]);
        }
      }
      const median = (lookup: number) => rounded(percentile(rates.get(lookup) ?? [], 0.5), 1);
      const against = { name: 'nothing is guessed', value: median(0) };
      for (const lookup of LOOKUPS) {
        const figure = `${name}_guessing_${lookup}`;
        report({ figure, value: median(lookup), unit: '1/s', runs, against });
      }
    }
  } finally {
    await engine.close();
  }
}

/** After the prompt is read, one text at a time. */
async function tokensPerSecond(
  engine: InferenceEngine,
  requests: readonly GenerationRequest[],
  promptLookupTokens: number,
): Promise<number> {
  let [tokens, ms] = [0, 0];
  for (const request of requests) {
    const { tokenIds, timing } = await engine.generate({ ...request, promptLookupTokens });
    tokens += tokenIds.length - 1;
    ms += timing.totalMs - timing.queueMs - timing.loadMs - timing.firstTokenMs;
  }
  return (tokens * 1000) / ms;
}
