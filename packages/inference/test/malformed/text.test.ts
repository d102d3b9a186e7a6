import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileSchema } from '../../src/constraint/compile-schema.js';
import { constrain } from '../../src/constraint/constraint.js';
import { checkJsonSchema } from '../../src/constraint/json-schema.js';
import { loadDecoder } from '../../src/generation/load-decoder.js';
import { readModelFolder } from '../../src/loading/model.js';
import { readWeights } from '../../src/loading/weights.js';
import { shareJson } from '../../src/thread/shared-json.js';
import { createTextTokenizer } from '../../src/tokens/tokenizer.js';
import { vocabularyOf } from '../../src/tokens/vocabulary.js';
import { GROUPED, groupedDecoder } from '../graphs/grouped-decoder.js';
import { TINY, tinyDecoder } from '../graphs/tiny-decoder.js';
import { ARITHMETIC_DIR, ON_CPU } from '../support.js';
import { engineForTests } from '../tasks/support.js';
import { type Draw, mutateOnnx } from './onnx-mutation.js';
import { endsWell, malformed, settings, TIMEOUT_MS, watchMemory } from './values.js';

watchMemory();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inferscan-malformed-text-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('malformed decoders', { timeout: TIMEOUT_MS }, () => {
  it.each([
    ['with a cache that is joined', tinyDecoder(), TINY],
    ['with attention as one operator', groupedDecoder({ rotary: 'halves' }), GROUPED],
  ])('%s are refused by the file, or run', async (name, whole, config) => {
    const directory = join(folder, `graph ${name.length}`);
    const path = join(directory, 'onnx', 'model.onnx');
    await mkdir(join(directory, 'onnx'), { recursive: true });
    async function load(): Promise<void> {
      const [{ path: checked }] = await readWeights(directory);
      const decoder = await loadDecoder(checked, config, ON_CPU);
      try {
        const row = decoder.open();
        await decoder.step([{ row, ids: [1, 2, 3] }], 8);
        await decoder.step([{ row, ids: [4] }], 1);
      } finally {
        await decoder.release();
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2 ** 31 - 1), { minLength: 24, maxLength: 24 }), async (drawn) => {
        let at = 0;
        const draw: Draw = (limit) => (drawn[at++ % drawn.length] ?? 0) % Math.max(1, limit);
        await writeFile(path, mutateOnnx(whole, draw));
        await endsWell(load(), /^\/.*\.onnx\b.*: ./s);
      }),
      settings,
    );
    await writeFile(path, whole);
    await load();
  });
});

describe('malformed folders of text models', { timeout: TIMEOUT_MS }, () => {
  const FILES = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];

  it('are refused by the file, or read and used', async () => {
    const directory = join(folder, 'arithmetic');
    await cp(ARITHMETIC_DIR, directory, { recursive: true, filter: (path) => !/train$|outputs/.test(path) });
    const texts = new Map<string, string>();
    for (const file of FILES) texts.set(file, await readFile(join(directory, file), 'utf8'));
    async function use(): Promise<void> {
      const model = await readModelFolder(directory, 'arithmetic');
      const tokenizer = createTextTokenizer(model);
      tokenizer.decode(tokenizer.encodePrompt('12*34', true));
      tokenizer.bytesOf(3);
      shareJson(vocabularyOf(model.tokenizer, model.config.vocabSize));
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts).chain(([file, text]) =>
          fc.oneof(
            {
              weight: 4,
              arbitrary: malformed([JSON.parse(text)]).map(
                (value) => [file, JSON.stringify(value) ?? ''] as const,
              ),
            },
            {
              weight: 1,
              arbitrary: fc.nat(text.length).map((length) => [file, text.slice(0, length)] as const),
            },
          ),
        ),
        async ([file, text]) => {
          await writeFile(join(directory, file), text);
          await endsWell(use(), /^(\/.*\.json: |tokenizer files: |tokenizer\.json: |prompt: |text: )./s);
          await writeFile(join(directory, file), texts.get(file) ?? '');
        },
      ),
      settings,
    );
    await use();
  });
});

describe('malformed requests for text', { timeout: TIMEOUT_MS }, () => {
  const engine = engineForTests({ maxQueued: 1000 });
  const whole = {
    ...{ model: 'arithmetic', prompt: '12*34', raw: false, reasoning: true, maxTokens: 4, temperature: 1 },
    ...{ topK: 5, topP: 0.9, minP: 0.1, repetitionPenalty: 1.1, frequencyPenalty: 1, presencePenalty: -1 },
    ...{
      logitBias: { 3: 1 },
      stop: ['=', '<'],
      logprobs: 2,
      promptLookupTokens: 3,
      prediction: '408',
      n: 2,
      seed: 7,
      timeoutMs: 60_000,
    },
    commitment: { salt: 'x' },
  };
  const talk = { model: 'arithmetic', messages: [{ role: 'user', content: '1*1' }], maxTokens: 2 };
  const valid = [whole, talk];

  it('are refused by the name of what is wrong, and the next one is served', async () => {
    await fc.assert(
      fc.asyncProperty(malformed(valid), async (request) => {
        const work = engine().generate(request as Parameters<ReturnType<typeof engine>['generate']>[0]);
        await endsWell(work, /^[a-zA-Z]+.*: ./s);
      }),
      settings,
    );
    expect(
      (await engine().generate({ model: 'arithmetic', prompt: '2*3', maxTokens: 3 })).tokens.prompt,
    ).toBeGreaterThan(1);
  });

  it('schemas are refused by the place in them, or bind', async () => {
    const schema = {
      type: 'object',
      properties: {
        a: { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 3 },
        b: {
          anyOf: [
            { const: 'x' },
            { enum: [1, null, 'y'] },
            { type: ['integer', 'null'] },
            { type: 'string', maxLength: 4 },
          ],
        },
        c: { type: 'string', pattern: '^x{1,3}|[^y]$', minLength: 1 },
        d: { type: 'number', minimum: -1.5, exclusiveMaximum: 3 },
      },
      required: ['a'],
      additionalProperties: false,
    };
    const vocabulary = { texts: ['', ...'0123456789{}[]",:abxy-.eE'], kind: 'raw' } as const;
    const words = ['$ref', 'pattern', 'allOf', '__proto__', 'constructor', 'format', 'minimum', 'not', 'if'];
    const changed = fc.oneof(
      malformed([schema]),
      fc
        .tuple(fc.constantFrom(...words), fc.jsonValue({ maxDepth: 2 }))
        .map(([word, value]) => ({ ...schema, [word]: value })),
    );
    await fc.assert(
      fc.asyncProperty(changed, async (value) => {
        await endsWell(
          (async () => {
            const checked = checkJsonSchema(value as Record<string, unknown>);
            const compiled = await compileSchema(checked, vocabulary, [0]);
            const constraint = constrain(await compiled.start(), true);
            await constraint.apply(new Float32Array(32));
            constraint.close();
          })(),
          /^jsonSchema.*: ./s,
        );
      }),
      settings,
    );
  });
});
