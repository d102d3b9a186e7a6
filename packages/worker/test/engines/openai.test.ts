import { ENDPOINT_TOKEN_SCHEMA, Receipt, signEndpointToken, verifyReceipt } from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine, type StreamedToken } from '@inferscan/inference';
import { generateKeyPairSigner, signBytes } from '@solana/kit';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createJobAccess } from '../../src/endpoint/access.js';
import { createEndpoint, type Endpoint } from '../../src/endpoint/endpoint.js';
import { createOpenAiEngine } from '../../src/engines/openai.js';
import { hardwareReport } from '../../src/hardware/report.js';
import { textAnswer } from '../../src/result/answer.js';
import { receiptOf } from '../../src/result/receipt.js';
import { until } from '../support/network.js';

/** The server behind the node is our own endpoint, which asks for a key. */
let onnx: InferenceEngine;
let server: Endpoint;
let key: string;
let engine: InferenceEngine;

beforeAll(async () => {
  onnx = await createInferenceEngine();
  const [poster, job, node] = await Promise.all([0, 1, 2].map(() => generateKeyPairSigner()));
  if (!poster || !job || !node) throw new Error('no keys');
  const names = { job: job.address, node: node.address };
  server = await createEndpoint({
    engine: onnx,
    access: createJobAccess({ ...names, project: poster.address }),
  });
  key = await signEndpointToken(
    { schema: ENDPOINT_TOKEN_SCHEMA, ...names, expires: 4_000_000_000 },
    (bytes) => signBytes(poster.keyPair.privateKey, bytes),
  );
  engine = await createOpenAiEngine({ url: server.url, apiKey: key });
});
afterAll(async () => {
  await engine.close();
  await server.close();
  await onnx.close();
});

const problem = { model: 'arithmetic', prompt: '384*57', reasoning: true };

describe('an engine behind another server', () => {
  it('has that server’s models for text, as it describes them', async () => {
    const own = onnx.models().filter(({ task }) => task === 'text-generation');
    const found = engine.models();
    expect(found.map(({ name }) => name)).toEqual(own.map(({ name }) => name));
    expect(found[0]).toMatchObject({
      claimed: true,
      parameters: own[0]?.parameters,
      precision: 'fp32',
      contextTokens: own[0]?.contextTokens,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(found[0]?.digest).not.toBe(own[0]?.digest);
    const again = await createOpenAiEngine({ url: `${server.url}/v1/`, apiKey: key });
    expect(again.models()).toEqual(found);
    await again.close();
  });

  it('gives what that server gives, counted by it, and streams it', async () => {
    const variants = [
      problem,
      { ...problem, temperature: 1.3, seed: 5, topK: 4, minP: 0.01, repetitionPenalty: 1.1, n: 3 },
      { ...problem, reasoning: false, stop: ['8'], logitBias: { 7: 1 }, frequencyPenalty: 0.5 },
      { ...problem, jsonSchema: { enum: [7, 218] } },
      { model: 'arithmetic', prompt: '384*57=', raw: true, maxTokens: 2 },
      { model: 'arithmetic', messages: [{ role: 'user' as const, content: '12*34' }] },
    ];
    for (const request of variants) {
      const expected = await onnx.generate(request);
      const streamed: StreamedToken[] = [];
      const result = await engine.generate(request, { onToken: (token) => streamed.push(token) });
      const texts = (of: typeof expected) =>
        of.completions.map(({ text, reasoningText, finishReason }) => ({
          text,
          reasoningText,
          finishReason,
        }));
      expect(texts(result)).toEqual(texts(expected));
      expect(result.tokens).toEqual(expected.tokens);
      expect(result).toMatchObject({ claimed: true, seed: expected.seed, tokenIds: [] });
      expect(result.timing.firstTokenMs).toBeLessThanOrEqual(result.timing.totalMs);
      for (const [sample, { text }] of result.completions.entries()) {
        const pieces = streamed.filter((token) => token.sample === sample && token.kind === 'answer');
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      }
    }
  });

  it('refuses as that server does', async () => {
    const ask = (change: object) => engine.generate({ ...problem, ...change });
    await expect(ask({ model: 'gpt-9' })).rejects.toMatchObject({ code: 'unknown_model' });
    await expect(ask({ prompt: 'what?' })).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching(/^messages: "w"/),
    });
    await expect(ask({ prompt: '1'.repeat(99) })).rejects.toMatchObject({ code: 'too_long' });
    await expect(ask({ temperature: -1 })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(ask({ logprobs: 1 })).rejects.toThrow(/logprobs: .*does not number tokens/);
    await expect(ask({ precision: 'int4' })).rejects.toThrow(/precision: the engine says fp32/);
    await expect(ask({ timeoutMs: 1 })).rejects.toMatchObject({ code: 'timeout' });
    const embeddings = { task: 'embeddings' as const, model: 'explorer-embedder', inputs: { texts: ['x'] } };
    await expect(engine.run(embeddings)).rejects.toThrow(/text only/);
    await expect(createOpenAiEngine({ url: server.url, apiKey: 'wrong' })).rejects.toThrow(/it answers 401/);
    await expect(createOpenAiEngine({ url: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'bad_model',
    });
  });

  it('has that server stop when its caller goes away', async () => {
    const abort = new AbortController();
    const long = { ...problem, model: 'long-multiplication', temperature: 2, n: 32, logitBias: { 2: -100 } };
    const cancelled = engine.generate(long, { signal: abort.signal, onToken: () => abort.abort() });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    await until('that server to have stopped', () => server.inFlight === 0);
    expect(engine.load()).toEqual(new Map());
  });

  it('is served by a node’s own endpoint', async () => {
    const front = await createEndpoint({ engine, access: null });
    const client = new OpenAI({ baseURL: `${front.url}/v1`, apiKey: 'none', maxRetries: 0 });
    const asked = {
      model: 'arithmetic',
      messages: [{ role: 'user' as const, content: '384*57' }],
      temperature: 0,
    };
    const answer = await client.chat.completions.create({ ...asked, reasoning_effort: 'high' });
    expect(answer.choices[0]?.message.content).toBe('21888');
    const refused = client.chat.completions.create({
      ...asked,
      messages: [{ role: 'user', content: 'what?' }],
    });
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'messages' });
    await front.close();
  });

  it('leaves receipts that say what is only claimed', async () => {
    const node = await generateKeyPairSigner();
    const answers = [textAnswer(await engine.generate(problem))];
    const receipt = await receiptOf(
      {
        reference: { job: null, market: null, run: null, definitionCid: null, node: node.address },
        opId: 'inference',
        spec: {
          model: 'arithmetic',
          task: 'text-generation',
          inputs: ['384*57'],
          params: { reasoning: true },
        },
        answers,
        hardware: await hardwareReport(),
        ...{ elapsedMs: 1, startTime: 0, endTime: 1000 },
      },
      (bytes) => signBytes(node.keyPair.privateKey, bytes),
    );
    expect(verifyReceipt(receipt)).toBe(true);
    expect(Receipt.parse(receipt)).toMatchObject({
      model: { name: 'arithmetic', digest: engine.models()[0]?.digest },
      kernel_class: null,
      attestation: { model: 'claimed', tokens: 'claimed', timing: 'measured', output: 'measured' },
    });
  });
});
