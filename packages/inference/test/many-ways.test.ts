import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { InferenceEngine } from '../src/contract.js';
import { answerByVote } from '../src/test-time/self-consistency.js';
import { engineWithThreads, type GreedyOutput } from './support.js';

const MODEL = 'many-ways';
const outputs: GreedyOutput[] = JSON.parse(
  readFileSync(new URL(`../../../models/${MODEL}/greedy-outputs.json`, import.meta.url), 'utf8'),
);
/** Factors of three digits. */
const hard = outputs.slice(30);

describe(MODEL, () => {
  let engine: InferenceEngine;
  beforeAll(async () => {
    engine = (await engineWithThreads()).engine;
  });
  afterAll(() => engine.close());

  it('reasons as in the framework that trained it', async () => {
    const results = await Promise.all(
      outputs.map(({ prompt }) => engine.generate({ model: MODEL, prompt, reasoning: true })),
    );
    const texts = results.map(({ reasoningText, text }) => `${reasoningText}</think>${text}<eos>`);
    expect(texts).toEqual(outputs.map(({ reasoning }) => reasoning));
  });

  it('goes another way in each sample, so that a vote is right more often than one of them', async () => {
    const request = { model: MODEL, reasoning: true, temperature: 0.4 };
    const rightOf = async (samples: number) => {
      const ways: (string | undefined)[] = [];
      let right = 0;
      for (const [index, { prompt, product }] of hard.entries()) {
        const answer = await answerByVote(engine, { ...request, prompt, seed: 100 * index }, { samples });
        ways.push(...answer.results.map(({ reasoningText }) => reasoningText));
        right += Number(answer.text === product);
      }
      expect(new Set(ways).size).toBeGreaterThan(0.8 * ways.length);
      return right;
    };
    const [one, five] = [await rightOf(1), await rightOf(5)];
    expect(five).toBeGreaterThan(one + 3);
  });
});
