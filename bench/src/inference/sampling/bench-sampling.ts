import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInferenceEngine, type GenerationRequest, type InferenceEngine } from '@inferscan/inference';
import type { BenchOptions } from '../../benches.js';
import { percentile } from '../../percentile.js';
import { rounded } from '../../report.js';
import { FAMILIES } from '../parity/families.js';
import { writeDecoder } from '../parity/write-tiny-models.js';
import { bytePairTokenizer } from './byte-pairs.js';

/** As many tokens as Qwen 2 and 3 have: what a draw takes grows with them, and these models' steps are short otherwise. */
const VOCABULARY = 151_936;
const TOKENS = 60;
const MODEL = 'llama';

/** What a request may ask for in drawing tokens. */
const WAYS: readonly [string, Partial<GenerationRequest>][] = [
  ['temperature', { temperature: 1 }],
  ['top_p', { temperature: 0.7, topP: 0.9 }],
  ['top_k', { temperature: 0.7, topK: 50 }],
  ['flat', { temperature: 10 }],
  ['penalties', { repetitionPenalty: 1.1, frequencyPenalty: 0.5 }],
  ['logprobs', { logprobs: 5 }],
  ['schema', { jsonSchema: { type: 'array', items: { type: 'string' } } }],
];
/** One that takes long to compile. */
const schemaOf = (length: number) => ({ type: 'string', maxLength: 40 + length });
const DISTURBERS = 2;
const PROMPT_CHARACTERS = 200_000;

/**
 * What drawing a token takes with a large vocabulary, beside the greedy one, and how long others' tokens wait while schemas that nobody
 * asked for before are compiled and long prompts are read. `runs` is the number of texts each way.
 */
export async function benchSampling({ runs, report }: Pick<BenchOptions, 'runs' | 'report'>): Promise<void> {
  const modelsDir = await mkdtemp(join(tmpdir(), 'inferscan-sampling-'));
  try {
    const family = FAMILIES.find(({ name }) => name === MODEL);
    if (family === undefined) throw new Error(`there is no family called ${MODEL}`);
    await writeDecoder(modelsDir, family, VOCABULARY, bytePairTokenizer(VOCABULARY));
    const engine = await createInferenceEngine({ modelsDir, prefixBytes: 0 });
    try {
      await measureWays(engine, runs, report);
      await measureGaps(engine, report);
    } finally {
      await engine.close();
    }
  } finally {
    await rm(modelsDir, { recursive: true, force: true });
  }
}

const asked = (more: Partial<GenerationRequest>): GenerationRequest => ({
  model: MODEL,
  prompt: 'once upon a time',
  raw: true,
  maxTokens: TOKENS,
  ...more,
});

/**
 * Milliseconds between a text's tokens.
 * @param midway called when a few of them are there
 */
async function gapsOf(
  engine: InferenceEngine,
  request: GenerationRequest,
  midway: () => void = () => {},
): Promise<number[]> {
  const moments: number[] = [];
  await engine.generate(request, {
    onToken() {
      moments.push(performance.now());
      if (moments.length === TOKENS / 4) midway();
    },
  });
  return moments.slice(1).map((moment, at) => moment - (moments[at] ?? moment));
}

async function measureWays(
  engine: InferenceEngine,
  runs: number,
  report: BenchOptions['report'],
): Promise<void> {
  const ways: readonly [string, Partial<GenerationRequest>][] = [['greedy', {}], ...WAYS];
  // The first texts load the model and compile the schema.
  for (const [, way] of ways) await gapsOf(engine, asked(way));
  const gaps = new Map<string, number[]>();
  for (let run = 0; run < runs; run++) {
    for (const [name, way] of ways) {
      const found = await gapsOf(engine, asked({ ...way, seed: run }));
      gaps.set(name, [...(gaps.get(name) ?? []), ...found]);
    }
  }
  const median = (name: string) => rounded(percentile(gaps.get(name) ?? [], 0.5), 2);
  const against = { name: 'greedy', value: median('greedy') };
  for (const [name] of WAYS) {
    report({ figure: `token_ms_${name}`, value: median(name), unit: 'ms', runs, against });
  }
}

/** A text's gaps while nothing else runs, and while requests come that take long before their first token. */
async function measureGaps(engine: InferenceEngine, report: BenchOptions['report']): Promise<void> {
  const long = asked({ maxTokens: 4 * TOKENS });
  const alone = Math.max(...(await gapsOf(engine, long)));
  const disturbers: readonly [string, (at: number) => Partial<GenerationRequest>][] = [
    ['new_schemas', (at) => ({ jsonSchema: schemaOf(at) })],
    // Too long for the model, which only its tokens tell.
    ['long_prompts', (at) => ({ prompt: `${at} once upon a time. `.repeat(PROMPT_CHARACTERS / 20) })],
  ];
  for (const [name, disturbing] of disturbers) {
    const stop = new AbortController();
    let others: Promise<unknown>[] = [];
    const gaps = await gapsOf(engine, long, () => {
      others = Array.from({ length: DISTURBERS }, (_, at) =>
        engine.generate(asked(disturbing(at)), { signal: stop.signal }).catch((error: { code?: string }) => {
          if (!stop.signal.aborted && error.code !== 'too_long') throw error;
        }),
      );
    });
    const beside = Math.max(...gaps);
    stop.abort();
    await Promise.all(others);
    report({
      figure: `longest_gap_beside_${name}_ms`,
      value: rounded(beside, 1),
      unit: 'ms',
      runs: 1,
      against: { name: 'alone', value: rounded(alone, 1) },
    });
  }
}
