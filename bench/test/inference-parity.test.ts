import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInferenceEngine } from '@inferscan/inference';
import { expect, test } from 'vitest';
import { apart, logProbabilities } from '../src/inference/parity/apart.js';
import { FAMILIES } from '../src/inference/parity/families.js';
import { wordOf, writeTinyModels } from '../src/inference/parity/write-tiny-models.js';

test('numbers are apart by the most that two of them are', () => {
  expect(apart([1, 2, 3], [1, 2.5, 3.25])).toEqual({ numbers: 3, difference: 0.5 });
  expect(apart([1], [1, 2]).problem).toBe('1 numbers, theirs 2');
  expect(apart([], []).problem).toBe('0 numbers, theirs 0');
  expect(apart([1, Number.NaN], [1, 2]).problem).toBe('some are no numbers');
});

test('logits of which only a constant differs have the same log-probabilities', () => {
  const one = logProbabilities([0.5, 1, -2]);
  expect(one.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 12);
  expect(apart(one, logProbabilities([100.5, 101, 98])).difference).toBeLessThan(1e-12);
  expect(apart(one, logProbabilities([0.5, 1, -1])).difference).toBeGreaterThan(0.1);
});

test('tiny models of all families run, share steps, and say different things', async () => {
  const modelsDir = await mkdtemp(join(tmpdir(), 'inferscan-parity-test-'));
  try {
    await writeTinyModels(modelsDir);
    const engine = await createInferenceEngine({ modelsDir });
    try {
      // Longer than every window, or a model with windows says what the one without them does.
      const prompt = Array.from({ length: 60 }, (_, at) => wordOf(3 + ((at * 7) % 16))).join(' ');
      const said = new Set<string>();
      for (const { name } of FAMILIES) {
        const { logprobs, schedule } = await engine.generate({
          model: name,
          prompt,
          maxTokens: 12,
          logprobs: 0,
        });
        expect(schedule).toMatchObject({
          kvRule: expect.stringMatching(/^host-64x2n(-parts)?$/),
          shared: true,
        });
        said.add(JSON.stringify(logprobs));
      }
      expect(said.size).toBe(FAMILIES.length);
    } finally {
      await engine.close();
    }
  } finally {
    await rm(modelsDir, { recursive: true, force: true });
  }
});
