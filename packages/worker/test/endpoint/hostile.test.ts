import { Agent, request as httpRequest } from 'node:http';

import { ENDPOINT_TOKEN_SCHEMA, signEndpointToken } from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import { generateKeyPairSigner, signBytes } from '@solana/kit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createJobAccess } from '../../src/endpoint/access.js';
import { createEndpoint, type Endpoint } from '../../src/endpoint/endpoint.js';

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
/** FUZZ_RUNS=10000 looks longer. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 1_000);
const errors: unknown[] = [];
let engine: InferenceEngine;
let open: Endpoint;
let bound: Endpoint;
let token: string;

beforeAll(async () => {
  engine = await createInferenceEngine();
  const onError = (error: unknown) => errors.push(error);
  open = await createEndpoint({ engine, access: null, onError });
  const [poster, job, node] = await Promise.all([0, 1, 2].map(() => generateKeyPairSigner()));
  if (!poster || !job || !node) throw new Error('no keys');
  const names = { job: job.address, node: node.address };
  bound = await createEndpoint({
    engine,
    access: createJobAccess({ ...names, project: poster.address }),
    onError,
  });
  const claims = { schema: ENDPOINT_TOKEN_SCHEMA, ...names, expires: 4_000_000_000 } as const;
  token = await signEndpointToken(claims, (bytes) => signBytes(poster.keyPair.privateKey, bytes));
});
afterAll(async () => {
  agent.destroy();
  await open.close();
  await bound.close();
  await engine.close();
});

function post(to: Endpoint, path: string, body: string | Uint8Array, authorization?: string) {
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(authorization !== undefined && { authorization }),
    };
    const sent = httpRequest(`${to.url}/v1/${path}`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const error = (facts: object) => ({
  error: {
    message: expect.stringMatching(/./),
    type: expect.any(String),
    code: expect.any(String),
    ...facts,
  },
});

/** Requests that would be answered, were it not for the model, which is not there. */
const REQUESTS: Record<string, Record<string, unknown>> = {
  'chat/completions': { messages: [{ role: 'user', content: '1*2' }] },
  completions: { prompt: '1*2=' },
  embeddings: { input: 'a job' },
  'images/generations': { prompt: 'ring' },
};
const NAMES = [
  ...[
    'messages',
    'n',
    'temperature',
    'top_p',
    'seed',
    'stop',
    'presence_penalty',
    'logit_bias',
    'stream',
    'tools',
  ],
  ...[
    'stream_options',
    'max_tokens',
    'max_completion_tokens',
    'logprobs',
    'top_logprobs',
    'response_format',
    'user',
  ],
  ...[
    'prompt',
    'echo',
    'best_of',
    'input',
    'dimensions',
    'encoding_format',
    'size',
    'reasoning_effort',
    '__proto__',
  ],
];
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(
    -1,
    0.5,
    1e308,
    2 ** 53,
    '',
    '\u0000',
    '\ud800',
    [],
    {},
    [[]],
    [{ role: 'user' }],
    true,
  ),
  fc.record({ type: fc.constantFrom('json_schema', 'json_object', 'x'), json_schema: fc.jsonValue() }),
);
const changes = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), value, { maxKeys: 4 });

describe('a request that nobody can answer', () => {
  it('is refused by the name of the parameter, by the thousand, and nothing is generated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(REQUESTS)), changes, async (path, change) => {
        const body = JSON.stringify({ ...REQUESTS[path], ...change, model: 'gpt-9' });
        const answer = await post(open, path, body);
        const named = answer.status === 404 ? 'model' : expect.any(String);
        expect([400, 404]).toContain(answer.status);
        // Keys that would reach for a prototype are refused with the body as a whole.
        const isWhole = /"__proto__"/.test(body);
        expect(answer.body).toEqual(error({ param: isWhole ? null : named }));
      }),
      { numRuns: RUNS },
    );
    expect(engine.stats()).toEqual(new Map());
    expect(errors).toEqual([]);
    expect(open.tally.requests).toMatchObject({ served: 0, failed: 0 });
  });

  it('need not be JSON at all', async () => {
    const junk = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string(), fc.json());
    await fc.assert(
      fc.asyncProperty(junk, async (body) => {
        const { status, body: answer } = await post(open, 'chat/completions', body);
        expect(status).toBe(400);
        // Either no body that can be read, or one without what a request needs.
        expect(answer).toEqual(
          error({ param: expect.toSatisfy((name) => name === null || typeof name === 'string') }),
        );
      }),
      { numRuns: RUNS / 2 },
    );
    expect(errors).toEqual([]);
  });
});

describe('a token that the poster did not sign', () => {
  it('opens nothing, by the thousand', async () => {
    const body = JSON.stringify({ model: 'arithmetic', ...REQUESTS['chat/completions'] });
    const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 80 });
    const [payload = '', signature = ''] = token.split('.');
    const forged = fc.oneof(
      printable,
      printable.map((text) => `Bearer ${text}`),
      printable.map((text) => `Bearer ${Buffer.from(text).toString('base64url')}.${signature}`),
      printable.map((text) => `Bearer ${payload}.${text}`),
      fc.nat(token.length - 1).map((at) => `Bearer ${token.slice(0, at)}${token.slice(at + 1)}`),
      fc
        .jsonValue()
        .map((json) => `Bearer ${Buffer.from(JSON.stringify(json)).toString('base64url')}.${signature}`),
    );
    await fc.assert(
      fc.asyncProperty(forged, async (authorization) => {
        const answer = await post(bound, 'chat/completions', body, authorization);
        expect(answer).toEqual({ status: 401, body: error({ param: null, code: 'invalid_api_key' }) });
      }),
      { numRuns: RUNS },
    );
    expect(engine.stats()).toEqual(new Map());
    expect(errors).toEqual([]);
    expect(bound.tally.requests).toMatchObject({ served: 0, failed: 0, cancelled: 0 });
    expect((await post(bound, 'chat/completions', body, `Bearer ${token}`)).status).toBe(200);
  });
});
