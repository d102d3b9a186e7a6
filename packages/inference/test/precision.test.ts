import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceEngine } from '../src/contract.js';
import { convertModel } from '../src/convert/convert-model.js';
import { ARITHMETIC_DIR, engineWithThreads } from './support.js';
import { failureOf } from './tasks/support.js';

let folder: string;
let engine: InferenceEngine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inferscan-precision-'));
  const directory = join(folder, 'arithmetic');
  await cp(ARITHMETIC_DIR, directory, { recursive: true, filter: (path) => !path.endsWith('outputs.json') });
  for (const precision of ['fp16', 'int8'] as const) {
    await convertModel({ directory, precision, samples: null, force: false });
  }
  engine = (await engineWithThreads({ modelsDir: folder })).engine;
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const request = { model: 'arithmetic', prompt: '384*57', reasoning: true };

describe('a language model in several precisions', () => {
  it('runs in the one asked for, and says which weights ran', async () => {
    const [info] = engine.models();
    expect(info?.precisions).toEqual(['fp32', 'fp16', 'int8']);
    const precisions = [undefined, 'fp32', 'fp16', 'int8'] as const;
    // Together, so that requests in different precisions must not share steps.
    const results = await Promise.all(
      precisions.map((precision) => engine.generate({ ...request, precision })),
    );
    expect(results.map(({ text }) => text)).toEqual(Array(4).fill('21888'));
    expect(results.map(({ model }) => model.precision)).toEqual(['fp32', 'fp32', 'fp16', 'int8']);
    const digests = results.map(({ model }) => model.digest);
    expect(digests[0]).toBe(info?.digest);
    expect(new Set(digests).size).toBe(3);
    const task = await engine.run({
      task: 'text-generation',
      model: 'arithmetic',
      inputs: { prompt: '384*57', reasoning: true },
      precision: 'int8',
    });
    expect(task.model).toEqual(results[3]?.model);
  });

  it('computes with those weights: other log-probabilities, the same each time', async () => {
    const ask = async (precision: 'fp32' | 'int8') =>
      (await engine.generate({ ...request, precision, logprobs: 0 })).logprobs;
    const [full, small] = [await ask('fp32'), await ask('int8')];
    expect(small).not.toEqual(full);
    expect(await ask('int8')).toEqual(small);
    expect(await ask('fp32')).toEqual(full);
  });

  it('names those that are there where another is asked for', async () => {
    expect(await failureOf(engine.generate({ ...request, precision: 'int4' }))).toBe(
      'bad_request precision: arithmetic is not here in int4; it is in fp32, fp16, int8',
    );
  });
});
