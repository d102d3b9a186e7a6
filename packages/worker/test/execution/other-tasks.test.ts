import { readFileSync } from 'node:fs';

import { type InferenceSpec, outputDigest, Receipt, verifyReceipt } from '@inferscan/formats';
import { describe, expect, it } from 'vitest';

import { engineForTests, outputsOf, runSpec } from './support.js';

const engine = engineForTests();

const modelJson = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../../models/${file}`, import.meta.url), 'utf8'));

/** Runs a spec, checks its receipt and gives its outputs. */
async function run(spec: InferenceSpec) {
  const outcome = await runSpec(engine(), spec);
  expect(outcome.failure?.message).toBeUndefined();
  const outputs = outputsOf(outcome) as Record<string, unknown>[];
  const receipt = Receipt.parse(JSON.parse(outcome.results?.receipt?.[0] ?? ''));
  expect(verifyReceipt(receipt)).toBe(true);
  expect(receipt).toMatchObject({
    schema: 'inferscan.receipt/2',
    task: spec.task,
    inputs: outputs.length,
    output_digest: outputDigest(outputs),
  });
  expect(outcome.logs).toHaveLength(outputs.length);
  return { outputs, receipt };
}

describe('a job of another task', () => {
  it('embeds texts', async () => {
    const texts = ['which node earned most', 'queue of a market', 'which node earned most'];
    const { outputs, receipt } = await run({
      model: 'explorer-embedder',
      task: 'embedding',
      inputs: texts,
      params: { normalize: true },
    });
    const alone = await engine().run({
      task: 'embeddings',
      model: 'explorer-embedder',
      inputs: { texts, normalize: true },
    });
    expect(outputs.map(({ vector }) => vector)).toEqual(alone.output.vectors.map((vector) => [...vector]));
    expect(outputs[0]).toEqual(outputs[2]);
    expect(receipt.tokens).toMatchObject({
      prompt: alone.output.tokens.reduce((sum, count) => sum + count, 0),
      completion: 0,
    });
  });

  it('classifies images', async () => {
    const examples: { shape: string; pixels: string }[] = modelJson('shapes/examples.json').slice(0, 12);
    const { outputs } = await run({
      model: 'shapes',
      task: 'classification',
      inputs: examples.map(({ pixels }) => {
        const side = Math.sqrt(Buffer.from(pixels, 'base64').length);
        return { width: side, height: side, channels: 1, pixels };
      }),
      params: { top_k: 2 },
    });
    expect(outputs.map(({ labels }) => (labels as { label: string }[]).length)).toEqual(
      examples.map(() => 2),
    );
    const right = outputs.filter(
      ({ labels }, at) => (labels as { label: string }[])[0]?.label === examples[at]?.shape,
    );
    expect(right.length).toBeGreaterThan(0.8 * examples.length);
  });

  it('paints images, each with a seed that makes it again', async () => {
    const paint = (inputs: (string | null)[], seed: number) =>
      run({ model: 'shape-painter', task: 'image-generation', inputs, params: { steps: 4, seed } });
    const { outputs, receipt } = await paint(['star', null], 7);
    expect(receipt).toMatchObject({ seed: 7, params: { steps: 4 } });
    expect(outputs.map(({ label, seed }) => [label, seed])).toEqual([
      ['star', 7],
      [null, 8],
    ]);
    expect(Buffer.from(String(outputs[0]?.png), 'base64').toString('latin1', 1, 4)).toBe('PNG');
    const again = await paint([null], 8);
    expect(again.outputs[0]?.png).toBe(outputs[1]?.png);
  });

  it('chooses actions', async () => {
    const [first] = modelJson('queue-policy/examples.json');
    const values: number[] = first.observation;
    const { outputs } = await run({
      model: 'queue-policy',
      task: 'action',
      inputs: [{ values }, { values }],
    });
    const alone = await engine().run({
      task: 'action',
      model: 'queue-policy',
      inputs: { observations: [{ values }] },
    });
    expect(outputs[0]).toEqual(alone.output.actions[0]);
    expect(outputs[1]).toEqual(outputs[0]);
  });

  it('is refused for a model of another task, and for an input that the model cannot take, by its name', async () => {
    const wrong = await runSpec(engine(), { model: 'arithmetic', task: 'embedding', inputs: ['a'] });
    expect(wrong.failure).toMatchObject({
      event: 'operation-error',
      message: 'the model arithmetic is for text-generation, not for embedding',
    });
    const image = { width: 2, height: 2, channels: 1, pixels: 'AAAAAA==' };
    const texts = await runSpec(engine(), { model: 'shapes', task: 'classification', inputs: [image, 'a'] });
    expect(texts.failure?.message).toMatch(/^inputs\[1\]: inputs\.images\.0/);
    expect(texts).toMatchObject({ status: 'failed', exitCode: 1 });
    expect(outputsOf(texts)).toHaveLength(1);
  });
});
