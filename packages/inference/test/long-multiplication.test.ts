import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceEngine } from '../src/contract.js';
import { engineWithThreads, type GreedyOutput } from './support.js';

describe.each([
  ['long-multiplication', 446_880],
  ['long-multiplication-small', 112_848],
])('%s', (model, parameters) => {
  let engine: InferenceEngine;
  const outputs: GreedyOutput[] = JSON.parse(
    readFileSync(new URL(`../../../models/${model}/greedy-outputs.json`, import.meta.url), 'utf8'),
  );

  beforeAll(async () => {
    engine = (await engineWithThreads()).engine;
  });
  afterAll(() => engine.close());

  it('has the size that its card says', () => {
    expect(engine.models().find(({ name }) => name === model)).toMatchObject({ parameters, reasoning: true });
  });

  it('reasons as in the framework that trained it, and is right at least 57 times of 60', async () => {
    const results = await Promise.all(
      outputs.map(({ prompt }) => engine.generate({ model, prompt, reasoning: true })),
    );
    let right = 0;
    for (const [index, { prompt, product, reasoning }] of outputs.entries()) {
      const result = results[index];
      if (result === undefined) throw new Error(`${prompt} has no result`);
      expect(`${prompt} ${result.reasoningText}</think>${result.text}<eos>`).toBe(`${prompt} ${reasoning}`);
      right += Number(result.text === product);
    }
    expect(outputs).toHaveLength(60);
    expect(right).toBeGreaterThanOrEqual(57);
  });

  it('guesses when it may not reason', async () => {
    const results = await Promise.all(outputs.map(({ prompt }) => engine.generate({ model, prompt })));
    const right = results.filter(({ text }, index) => text === outputs[index]?.product).length;
    expect(right).toBeLessThan(20);
  });
});
