import { Receipt, seedOfInput, type TextGenerationSpec, verifyReceipt } from '@inferscan/formats';
import type { InferenceEngine } from '@inferscan/inference';
import { InferenceError } from '@inferscan/inference';
import { describe, expect, it } from 'vitest';

import { ExecutionStopped } from '../../src/execution/stop.js';
import { engineForTests, outputsOf, runSpec } from './support.js';

const engine = engineForTests();

const prompts = Array.from({ length: 40 }, (_, index) => `${100 + 13 * index}*${10 + ((7 * index) % 90)}`);
const spec = (change: Partial<TextGenerationSpec> = {}): TextGenerationSpec => ({
  model: 'arithmetic',
  task: 'text-generation',
  inputs: prompts,
  params: { reasoning: true, temperature: 0.9, seed: 5 },
  ...change,
});

/** The engine, with how many requests it has at one time. */
function watched(inner: InferenceEngine) {
  const seen = { now: 0, most: 0, requests: 0 };
  const generate: InferenceEngine['generate'] = async (request, options) => {
    seen.requests++;
    seen.most = Math.max(seen.most, ++seen.now);
    try {
      return await inner.generate(request, options);
    } finally {
      seen.now--;
    }
  };
  return { seen, engine: { ...inner, generate } };
}

describe('the inputs of a job', () => {
  it('share steps, and each has the bits that it has alone', async () => {
    const { seen, engine: counting } = watched(engine());
    const outcome = await runSpec(counting, spec());
    expect(outcome.status).toBe('success');
    expect(seen.most).toBe(32);
    for (const [index, output] of outputsOf(outcome).entries()) {
      const alone = await engine().generate({
        model: 'arithmetic',
        prompt: prompts[index] ?? '',
        reasoning: true,
        temperature: 0.9,
        seed: seedOfInput(5, index),
      });
      expect(output.token_ids).toEqual(alone.tokenIds);
      expect(output.text).toBe(alone.text);
    }
    expect(outcome.logs.map(({ log }) => log)).toEqual(outputsOf(outcome).map(({ text }) => `${text}\n`));
    const receipt = Receipt.parse(JSON.parse(outcome.results?.receipt?.[0] ?? ''));
    expect(verifyReceipt(receipt)).toBe(true);
    expect(receipt.batch).toBeGreaterThan(16);
    expect(receipt.batch).toBeLessThanOrEqual(32);
    // Side by side: the clock of the op, not the sum of its inputs.
    expect(receipt.timing_ms.total).toBeLessThanOrEqual(
      (outcome.endTime ?? 0) - (outcome.startTime ?? 0) + 5,
    );
  });

  it('are answered up to the first that cannot be, which the failure names', async () => {
    const inputs = prompts.map((prompt, index) => (index === 9 || index === 20 ? 'what?' : prompt));
    const outcome = await runSpec(engine(), spec({ inputs }));
    expect(outcome).toMatchObject({ status: 'failed', exitCode: 1 });
    expect(outcome.failure).toMatchObject({
      event: 'operation-error',
      message: expect.stringMatching(/^inputs\[9\]: prompt: /),
    });
    expect(outputsOf(outcome)).toHaveLength(9);
    expect(outcome.results?.receipt).toBeUndefined();
  });

  it('all end when the job is stopped', async () => {
    const stop = new AbortController();
    const { seen, engine: counting } = watched(engine());
    const outcome = await runSpec(
      {
        ...counting,
        async generate(request, options) {
          const result = await counting.generate(request, options);
          stop.abort(new ExecutionStopped('ended'));
          return result;
        },
      },
      spec(),
      {},
      stop.signal,
    );
    expect(outcome).toMatchObject({ status: 'stopped', stopped: 'ended', exitCode: 143 });
    expect(seen.now).toBe(0);
    expect(seen.requests).toBeLessThan(prompts.length);
  });

  it('wait where others fill the engine', async () => {
    let refusals = 2;
    const outcome = await runSpec(
      {
        ...engine(),
        async generate(request, options) {
          if (refusals-- > 0) throw new InferenceError('overloaded', '64 requests wait already');
          return engine().generate(request, options);
        },
      },
      spec({ inputs: prompts.slice(0, 3) }),
    );
    expect(outcome.status).toBe('success');
    expect(refusals).toBeLessThan(0);
  });
});
