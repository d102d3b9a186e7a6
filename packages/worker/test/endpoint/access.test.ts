import { ENDPOINT_TOKEN_SCHEMA, type EndpointTokenClaims, signEndpointToken } from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import { generateKeyPairSigner, type KeyPairSigner, signBytes } from '@solana/kit';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createJobAccess } from '../../src/endpoint/access.js';
import { createEndpoint, type Endpoint } from '../../src/endpoint/endpoint.js';

let engine: InferenceEngine;
let endpoint: Endpoint;
let poster: KeyPairSigner;
let stranger: KeyPairSigner;
let claims: EndpointTokenClaims;
let now = 0;

const tokenOf = (change: Partial<EndpointTokenClaims> = {}, signer = poster) =>
  signEndpointToken({ ...claims, ...change }, (bytes) => signBytes(signer.keyPair.privateKey, bytes));
const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${endpoint.url}/v1`, apiKey, maxRetries: 0 });
const ask = async (token: string) =>
  clientOf(token).chat.completions.create({
    model: 'arithmetic',
    messages: [{ role: 'user', content: '12*34' }],
    temperature: 0,
  });

beforeAll(async () => {
  engine = await createInferenceEngine();
  [poster, stranger] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
  const [job, node] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
  claims = { schema: ENDPOINT_TOKEN_SCHEMA, job: job.address, node: node.address, expires: 2_000_000_000 };
});
beforeEach(async () => {
  now = 1_900_000_000_000;
  const { job, node } = claims;
  const access = createJobAccess({ job, node, project: poster.address, now: () => now });
  endpoint = await createEndpoint({ engine, access });
});
afterEach(() => endpoint.close());
afterAll(() => engine.close());

describe('an endpoint that is bound to a job', () => {
  it('answers who has a token of the poster, until it expires', async () => {
    const token = await tokenOf();
    expect((await ask(token)).choices[0]?.message.content).toMatch(/^\d+$/);
    now = 2_000_000_000_000;
    await expect(ask(token)).rejects.toMatchObject({ status: 401, code: 'token_expired' });
  });

  it('refuses everybody else', async () => {
    const before = engine.stats();
    const refusals: [string, object][] = [
      ['nonsense', { status: 401, code: 'invalid_api_key', message: /not valid/ }],
      [
        await tokenOf({}, stranger),
        { status: 401, code: 'invalid_api_key', message: /not signed by the poster/ },
      ],
      [
        await tokenOf({ job: stranger.address }),
        { status: 403, code: 'wrong_job', type: 'permission_error' },
      ],
      [
        await tokenOf({ node: stranger.address }),
        { status: 403, code: 'wrong_node', type: 'permission_error' },
      ],
      [await tokenOf({ expires: 1_900_000_000 }), { status: 401, code: 'token_expired' }],
    ];
    for (const [token, { message = /./, ...facts }] of refusals as [string, { message?: RegExp }][]) {
      await expect(ask(token)).rejects.toMatchObject({ ...facts, message: expect.stringMatching(message) });
      await expect(clientOf(token).models.list()).rejects.toMatchObject(facts);
    }
    for (const path of ['chat/completions', 'completions', 'embeddings', 'images/generations']) {
      const response = await fetch(`${endpoint.url}/v1/${path}`, { method: 'POST', body: '{' });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(engine.stats()).toEqual(before);
    expect((await fetch(`${endpoint.url}/health`)).status).toBe(200);
  });

  it('keeps the limits that the poster put into a token', async () => {
    const two = await tokenOf({ limits: { requests: 2 } });
    await ask(two);
    await ask(two);
    const reached = { status: 403, code: 'token_limit_reached', type: 'permission_error' };
    await expect(ask(two)).rejects.toMatchObject(reached);
    await ask(await tokenOf({ id: 'another', limits: { requests: 2 } }));
    const few = await tokenOf({ limits: { completion_tokens: 4 } });
    await ask(few);
    await expect(ask(few)).rejects.toMatchObject({
      ...reached,
      message: expect.stringContaining('4 tokens'),
    });
    // What is not asked for an answer is not counted.
    expect((await clientOf(few).models.list()).data.length).toBeGreaterThan(0);
  });

  it('can be asked by pages from anywhere, who must have a token too', async () => {
    const preflight = await fetch(`${endpoint.url}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://console.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-lang',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-stainless-lang');
    const refused = await fetch(`${endpoint.url}/v1/models`, {
      headers: { origin: 'https://console.example' },
    });
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    const body = JSON.stringify({
      model: 'arithmetic',
      messages: [{ role: 'user', content: '12*34' }],
      stream: true,
    });
    const streamed = await fetch(`${endpoint.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        origin: 'https://console.example',
        authorization: `Bearer ${await tokenOf()}`,
        'content-type': 'application/json',
      },
      body,
    });
    expect(streamed.headers.get('access-control-allow-origin')).toBe('*');
    expect(streamed.headers.get('content-type')).toContain('text/event-stream');
    expect(await streamed.text()).toMatch(/data: \[DONE\]\n\n$/);
  });
});
