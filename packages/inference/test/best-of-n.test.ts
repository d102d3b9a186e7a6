import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GenerationResult, InferenceEngine } from '../src/contract.js';
import { answerByLikelihood } from '../src/test-time/best-of-n.js';
import { engineWithThreads } from './support.js';

const MODEL = 'long-multiplication-small';
const request = { model: MODEL, prompt: '4832*9075', reasoning: false, temperature: 1.5, seed: 5 };

let engine: InferenceEngine;
beforeAll(async () => {
  ({ engine } = await engineWithThreads());
});
afterAll(() => engine.close());

const meanOf = ({ logprobs = [] }: GenerationResult): number =>
  logprobs.reduce((sum, { logprob }) => sum + logprob, 0) / logprobs.length;

it('takes the sample whose tokens are likeliest on average', async () => {
  const best = await answerByLikelihood(engine, request, { samples: 6 });
  expect(best).toMatchObject({ drawn: 6, ended: 'samples' });
  const alone = await Promise.all(
    best.results.map((_, at) => engine.generate({ ...request, seed: request.seed + at, logprobs: 0 })),
  );
  const done = alone.filter(({ finishReason }) => finishReason === 'stop');
  expect(new Set(done.map(({ text }) => text)).size).toBeGreaterThan(1);
  const winner = done.reduce((most, one) => (meanOf(one) > meanOf(most) ? one : most));
  expect(best.text).toBe(winner.text);
  expect(best.meanLogprob).toBe(meanOf(winner));
  expect(best.tokens.completion).toBe(alone.reduce((sum, { tokens }) => sum + tokens.completion, 0));
});

it('keeps within its budget, and has no answer where no sample came to its end', async () => {
  const cut = await answerByLikelihood(engine, request, { samples: 6, tokenBudget: 3 });
  expect(cut).toMatchObject({ text: '', meanLogprob: undefined, drawn: 1, ended: 'budget' });
  expect(cut.tokens.completion).toBe(3);
});

it('refuses samples that would all be the same', async () => {
  const greedy = { ...request, temperature: 0 };
  await expect(answerByLikelihood(engine, greedy, { samples: 2 })).rejects.toMatchObject({
    code: 'bad_request',
  });
});
