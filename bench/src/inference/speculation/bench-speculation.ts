import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInferenceEngine, type GenerationRequest, type InferenceEngine } from '@inferscan/inference';
import type { BenchOptions } from '../../benches.js';
import { percentile } from '../../percentile.js';
import { rounded } from '../../report.js';
import { MODEL_NAME, wordOf, writeModel } from '../peers/write-models.js';
import { processorMs } from '../processor-time.js';
import { heldOutProblems } from '../test-time/problems.js';

type Way = readonly [name: string, Partial<GenerationRequest>];

/** So many tokens are looked up at a time. */
const LOOKUPS: readonly Way[] = [1, 3, 7, 15].map((most) => [
  `guessing_${most}`,
  { promptLookupTokens: most },
]);
/** A model that another one guesses for, and how. */
const SMALL_FOR_LARGE = { large: 'long-multiplication', small: 'long-multiplication-small' } as const;
const BY_MODEL: readonly Way[] = [3, 5, 7].flatMap((tokens): Way[] => {
  const draft = { model: SMALL_FOR_LARGE.small, tokens };
  return [
    [`small_guessing_${tokens}`, { draft }],
    [`small_guessing_${tokens}_where_nothing_repeats`, { draft, promptLookupTokens: tokens }],
  ];
});
const WITHOUT: Way = ['without', {}];
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
  readonly ways: readonly Way[];
}

/**
 * Tokens a processor second with guesses of what comes next, beside those without: on problems that the project's models write out, and on a decoder with
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
    ways: model === SMALL_FOR_LARGE.large ? [...LOOKUPS, ...BY_MODEL] : LOOKUPS,
  };
}

function extremesOf(precision: (typeof PRECISIONS)[number]): Case[] {
  const words = Array.from({ length: PROMPT_TOKENS }, (_, at) => wordOf(10 + 37 * at));
  const request = { model: MODEL_NAME, precision, prompt: words.join(' '), maxTokens: NEW_TOKENS };
  const forEver = { ...request, logitBias: { '100': 1000 } };
  return [
    { name: `${precision}_one_token_for_ever`, requests: [forEver], ways: LOOKUPS },
    { name: `${precision}_hardly_a_repetition`, requests: [request], ways: LOOKUPS },
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
    for (const { name, requests, ways } of cases) {
      const rates = new Map<string, number[]>();
      // The first turn loads the models.
      for (let run = -1; run < runs; run++) {
        for (const [way, asked] of [WITHOUT, ...ways]) {
          const rate = await tokensPerProcessorSecond(engine, requests, asked);
          if (run >= 0) rates.set(way, [...(rates.get(way) ?? []), rate]);
        }
      }
      const median = (way: string) => rounded(percentile(rates.get(way) ?? [], 0.5), 1);
      const against = { name: 'nothing is guessed', value: median(WITHOUT[0]) };
      for (const [way] of ways) {
        report({ figure: `${name}_${way}`, value: median(way), unit: '1/s', runs, against });
      }
    }
  } finally {
    await engine.close();
  }
}

/** Tokens for each second of processor time after the first token, one text at a time: others on the machine change that less. */
async function tokensPerProcessorSecond(
  engine: InferenceEngine,
  requests: readonly GenerationRequest[],
  way: Partial<GenerationRequest>,
): Promise<number> {
  let [tokens, ms] = [0, 0];
  for (const request of requests) {
    let first: number | undefined;
    const onToken = () => {
      first ??= processorMs();
    };
    const { tokenIds } = await engine.generate({ ...request, ...way }, { onToken });
    tokens += tokenIds.length - 1;
    ms += processorMs() - (first ?? Number.NaN);
  }
  return (tokens * 1000) / ms;
}
