import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createEndpoint, type Endpoint } from '../../src/endpoint/endpoint.js';

/** More tokens than the model reads. */
const LONG = 'word '.repeat(5000);

let engine: InferenceEngine;
let endpoint: Endpoint;
let openai: OpenAI;

beforeAll(async () => {
  engine = await createInferenceEngine();
  endpoint = await createEndpoint({ engine, access: null });
  openai = new OpenAI({ baseURL: `${endpoint.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(async () => {
  await endpoint.close();
  await engine.close();
});

describe('embeddings', () => {
  const model = 'explorer-embedder';
  const texts = ['where is my node in the queue', 'what does a job cost'];

  it('are the engine’s, in either encoding', async () => {
    const { output } = await engine.run({ task: 'embeddings', model, inputs: { texts } });
    const vectors = output.vectors.map((vector) => [...vector]);
    // The client asks for base64 unless it is told otherwise.
    const packed = await openai.embeddings.create({ model, input: texts });
    expect(packed.data.map(({ embedding }) => embedding)).toEqual(vectors);
    const digits = await openai.embeddings.create({ model, input: texts, encoding_format: 'float' });
    expect(digits.data.map(({ embedding }) => embedding)).toEqual(vectors);
    const tokens = output.tokens.reduce((sum, count) => sum + count, 0);
    expect(digits).toMatchObject({
      object: 'list',
      model,
      data: [{ index: 0 }, { index: 1 }],
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  });

  it.each([
    [{ input: '' }, 'input'],
    [{ input: [1, 2] }, 'input'],
    [{ input: LONG }, 'input'],
    [{ input: ['cost', LONG] }, 'input[1]'],
    [{ dimensions: 3 }, 'dimensions'],
    [{ encoding_format: 'hex' }, 'encoding_format'],
    [{ model: 'arithmetic' }, 'model'],
  ])('number %# are refused by the name of the parameter', async (change, param) => {
    const asked = openai.embeddings.create({ model, input: 'cost', ...change } as never);
    await expect(asked).rejects.toMatchObject({ param, message: expect.stringContaining(param) });
  });
});

describe('images', () => {
  const model = 'shape-painter';

  it('are the engine’s, and can be made again by their seeds', async () => {
    const inputs = { labels: ['ring', 'ring'], steps: 4 };
    const { output } = await engine.run({ task: 'image-generation', model, seed: 5, inputs });
    const asked = { model, prompt: 'ring', n: 2, seed: 5, steps: 4 };
    const { data = [] } = await openai.images.generate(asked);
    expect(data.map(({ b64_json }) => b64_json)).toEqual(
      output.images.map(({ png }) => Buffer.from(png).toString('base64')),
    );
    const one = { ...asked, n: 1, seed: 6 };
    const again = await openai.images.generate(one);
    expect(again.data?.[0]?.b64_json).toBe(data[1]?.b64_json);
  });

  it.each([
    [{ prompt: 'a cat' }, 'prompt'],
    [{ size: '1024x1024' }, 'size'],
    [{ response_format: 'url' }, 'response_format'],
    [{ stream: true }, 'stream'],
    [{ n: 65 }, 'n'],
    [{ model: 'explorer-embedder' }, 'model'],
  ])('number %# are refused by the name of the parameter', async (change, param) => {
    const asked = openai.images.generate({ model, prompt: 'ring', ...change } as never);
    await expect(asked).rejects.toMatchObject({ param, message: expect.stringContaining(param) });
  });
});
