import {
  commitmentDigest,
  InputCommitment,
  Receipt2,
  seedOfInput,
  type TextGenerationSpec,
  verifyReceipt,
} from '@inferscan/formats';
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
  const seen = { now: 0, most: 0, requests: 0, together: new Set<boolean | undefined>() };
  const generate: InferenceEngine['generate'] = async (request, options) => {
    seen.requests++;
    seen.together.add(request.together);
    seen.most = Math.max(seen.most, ++seen.now);
    try {
      return await inner.generate(request, options);
    } finally {
      seen.now--;
    }
  };
  return { seen, engine: { ...inner, generate } };
}

const receiptIn = (outcome: Awaited<ReturnType<typeof runSpec>>) =>
  Receipt2.parse(JSON.parse(outcome.results?.receipt?.[0] ?? ''));

describe('the receipt of a job', () => {
  it('says the whole sampling, the schedule, the kernels, and what binds the node to the logits', async () => {
    const params = {
      reasoning: true,
      temperature: 0.9,
      top_k: 12,
      min_p: 0.01,
      repetition_penalty: 1.05,
      frequency_penalty: 0.1,
      presence_penalty: -0.1,
      logit_bias: { '3': 0.5 },
      stop: ['99999'],
      logprobs: 2,
      prompt_lookup_tokens: 5,
      n: 2,
      seed: 5,
      max_tokens: 40,
    };
    const outcome = await runSpec(engine(), spec({ inputs: prompts.slice(0, 3), params }));
    const receipt = receiptIn(outcome);
    expect(verifyReceipt(receipt)).toBe(true);
    const { seed, ...sampling } = params;
    expect(receipt.sampling).toEqual({ ...sampling, top_p: 1 });
    expect(receipt).toMatchObject({
      seed,
      inputs: 3,
      schedule: { prefill_chunk: 64, kv_rule: 'host-64x2n', shared: true, draft_rule: 'longest-match' },
      attestation: { model: 'measured', tokens: 'measured', output: 'measured' },
    });
    expect(receipt.kernel_class).toMatch(/^onnxruntime-node \S+ cpu /);
    expect(receipt.batch_mean).toBeGreaterThan(1);
    expect(receipt.batch_mean).toBeLessThanOrEqual(receipt.batch);

    const commitments = (outcome.results?.commitments ?? []).map((text) =>
      InputCommitment.parse(JSON.parse(text)),
    );
    expect(receipt.commitment?.digest).toBe(commitmentDigest(commitments));
    for (const [index, output] of outputsOf(outcome).entries()) {
      const completions = [output, ...(output.others ?? [])];
      expect(completions).toHaveLength(2);
      expect(commitments[index]?.map(({ steps }) => steps)).toEqual(
        completions.map(({ token_ids }) => token_ids?.length),
      );
      expect(output.logprobs?.map(({ id }) => id)).toEqual(output.token_ids);
      expect(output.logprobs?.[0]?.top).toHaveLength(2);
      expect(output.tokens.completion).toBe(
        completions.reduce((sum, { token_ids }) => sum + (token_ids?.length ?? 0), 0),
      );
    }
  });

  it('commits to the logits for this node and run only', async () => {
    const one = spec({ inputs: prompts.slice(0, 1) });
    const [first, second] = [await runSpec(engine(), one), await runSpec(engine(), one)];
    expect(outputsOf(first)).toEqual(outputsOf(second));
    expect(receiptIn(first).node).not.toBe(receiptIn(second).node);
    expect(receiptIn(first).commitment?.digest).not.toBe(receiptIn(second).commitment?.digest);
  });
});

describe('the inputs of a job', () => {
  it.each<[string, number, object, boolean]>([
    ['one input', 1, {}, false],
    ['several inputs', 2, {}, true],
    ['several completions of one', 1, { n: 2, temperature: 1 }, true],
  ])('are computed as what %s asks for, whoever else is there', async (_, count, params, expected) => {
    const { seen, engine: counting } = watched(engine());
    await runSpec(counting, spec({ inputs: prompts.slice(0, count), params }));
    expect([...seen.together]).toEqual([expected]);
  });

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
    const receipt = receiptIn(outcome);
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
