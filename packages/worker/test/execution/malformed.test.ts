import { type InferenceSpec, inferenceDefinition, validateDefinition } from '@inferscan/formats';
import type { InferenceEngine } from '@inferscan/inference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { executeJob } from '../../src/execution/job.js';
import { changed, pathsIn, type Step } from '../support/paths.js';
import { createNodeKey } from './support.js';

/** `INFERSCAN_MALFORMED=10000` throws that many. */
const RUNS = Number(process.env.INFERSCAN_MALFORMED ?? 1000);

const specs: InferenceSpec[] = [
  {
    model: 'arithmetic',
    task: 'text-generation',
    inputs: ['1+1', '2*3'],
    precision: 'fp32',
    params: {
      reasoning: true,
      max_tokens: 9,
      temperature: 0.5,
      top_k: 3,
      top_p: 0.9,
      min_p: 0.1,
      repetition_penalty: 1.1,
      frequency_penalty: 0.5,
      presence_penalty: 0.5,
      logit_bias: { '3': 1 },
      stop: ['x'],
      json_schema: { type: 'object' },
      logprobs: 2,
      n: 2,
      seed: 1,
    },
  },
  { model: 'e', task: 'embedding', inputs: ['a'], params: { normalize: true, truncate: false } },
  {
    model: 'c',
    task: 'classification',
    inputs: ['a', { png: 'AAAA' }, { width: 1, height: 1, channels: 1, pixels: 'AA==' }],
    params: { top_k: 2 },
  },
  {
    model: 'p',
    task: 'image-generation',
    inputs: ['star', null],
    params: { steps: 3, guidance: 2, seed: 4 },
  },
  {
    model: 'q',
    task: 'action',
    inputs: [{ values: [1, 2], allowed: [true, false] }],
    params: { temperature: 1, seed: 2 },
  },
];

const memberOf = (path: string, step: Step) =>
  typeof step === 'number'
    ? `${path}[${step}]`
    : /^[A-Za-z_$][\w$]*$/.test(step)
      ? `${path}.${step}`
      : `${path}[${JSON.stringify(step)}]`;

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    -1,
    1e308,
    0.5,
    '',
    true,
    [],
    {},
    [[]],
    { a: 1 },
    '\u0000',
    '__proto__',
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ maxLength: 300 }),
  fc.double(),
);

/** A definition with one thing in it changed, and where. */
const malformed = fc
  .tuple(fc.constantFrom(...specs), fc.boolean())
  .chain(([spec, inSpec]) => {
    const target: unknown = inSpec ? spec : inferenceDefinition(spec);
    return fc.tuple(fc.constant(spec), fc.constant(inSpec), fc.constantFrom(...pathsIn(target)), junk);
  })
  .map(([spec, inSpec, path, to]) => {
    const definition = inferenceDefinition(spec);
    if (!inSpec) return { definition: changed(definition, path, to), place: path.reduce(memberOf, '$input') };
    const cmd = ['infer', JSON.stringify(changed(spec, path, to)) ?? ''];
    return {
      definition: changed(definition, ['ops', 0, 'args', 'cmd'], cmd),
      place: path.reduce(memberOf, '$input.ops[0].args.cmd[1]'),
    };
  });

/** Says what it was asked to do. */
function watchedEngine() {
  const asked: unknown[] = [];
  const refuse = (request: unknown) => {
    asked.push(request);
    return Promise.reject(new Error('nothing may run'));
  };
  const engine: InferenceEngine = {
    models: () => [],
    stats: () => new Map(),
    load: () => new Map(),
    generate: refuse,
    run: refuse as InferenceEngine['run'],
    close: () => Promise.resolve(),
  };
  return { asked, engine };
}

const parentOf = (path: string) => path.replace(/(\.[\w$]+|\[[^\]]*\])$/, '');

describe('a malformed definition', () => {
  it('is refused at its place, and nothing runs', async () => {
    const key = createNodeKey();
    const seen = { refused: 0, accepted: 0 };
    const run = async (definition: unknown) => {
      const { asked, engine } = watchedEngine();
      const reference = { job: key.address, market: key.address, node: key.address, run: key.address };
      const flow = await executeJob(
        {
          engine,
          content: { fetchJson: async () => JSON.parse(JSON.stringify(definition) ?? 'null') },
          hardware: { cpu_model: 'x', logical_cores: 1, memory_mb: 1, gpus: [] },
          sign: key.sign,
          reference: { ...reference, definitionCid: 'Qm' },
          fetchAttempts: 1,
        },
        new AbortController().signal,
      );
      return { asked, flow };
    };
    await fc.assert(
      fc.asyncProperty(malformed, async ({ definition, place }) => {
        const checked = validateDefinition(JSON.parse(JSON.stringify(definition) ?? 'null'));
        const { asked, flow } = await run(definition);
        expect(asked).toEqual([]);
        if (checked.ok) {
          seen.accepted += 1;
          return;
        }
        seen.refused += 1;
        expect(flow.status).toBe('failed');
        const [error] = flow.errors as { event: string; message: string; details: { path: string }[] }[];
        expect(error?.event).toBe('validation-error');
        const paths = error?.details.map(({ path }) => path) ?? [];
        expect(error?.message).toContain(paths[0]);
        // Where it is, within it, or what holds it: an unknown field is one of its object.
        const names = (path: string) =>
          path.startsWith(place) ||
          place.startsWith(path) ||
          path === parentOf(place) ||
          // Several completions need a temperature: it is their number that is wrong without.
          (place.endsWith('.params.temperature') && path === memberOf(parentOf(place), 'n'));
        expect(paths.some(names), `${paths.join(' ')} for ${place}`).toBe(true);
      }),
      { numRuns: RUNS },
    );
    // Some changes leave a definition valid: another model's name, another seed.
    expect(seen.refused).toBeGreaterThan(RUNS / 2);
  });

  it('is refused whatever it is made of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (definition) => {
        const checked = validateDefinition(definition);
        expect(checked.ok).toBe(false);
        if (!checked.ok) for (const { path } of checked.errors) expect(path).toMatch(/^\$input/);
      }),
      { numRuns: RUNS },
    );
  });
});
