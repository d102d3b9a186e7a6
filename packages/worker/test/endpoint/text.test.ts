import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createEndpoint, type Endpoint } from '../../src/endpoint/endpoint.js';
import { until } from '../support/network.js';

let engine: InferenceEngine;
let endpoint: Endpoint;
let openai: OpenAI;
const errors: unknown[] = [];

const clientOf = ({ url }: Endpoint) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });

beforeAll(async () => {
  engine = await createInferenceEngine();
  endpoint = await createEndpoint({ engine, access: null, onError: (error) => errors.push(error) });
  openai = clientOf(endpoint);
});
afterEach(() => expect(errors.splice(0)).toEqual([]));
afterAll(async () => {
  await endpoint.close();
  await engine.close();
});

const problem = { model: 'arithmetic', messages: [{ role: 'user' as const, content: '384*57' }] };
const thought = { ...problem, reasoning_effort: 'high' as const, temperature: 0 };

describe('the list of models', () => {
  it('has those of the engine, and each by its name', async () => {
    const names: string[] = [];
    for await (const { id } of openai.models.list()) names.push(id);
    expect(names).toEqual(engine.models().map(({ name }) => name));
    expect(await openai.models.retrieve('arithmetic')).toMatchObject({
      id: 'arithmetic',
      object: 'model',
      max_model_len: 64,
    });
    await expect(openai.models.retrieve('gpt-9')).rejects.toMatchObject({ status: 404, param: 'model' });
  });
});

describe('a chat', () => {
  it('gets the bits that the engine gives, and says what a third party needs to get them too', async () => {
    const asked = { model: 'arithmetic', prompt: '384*57', reasoning: true, temperature: 1.3, seed: 7 };
    const { text, reasoningText, tokens, model } = await engine.generate(asked);
    const answer = await openai.chat.completions.create({ ...thought, temperature: 1.3, seed: 7 });
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'arithmetic',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, reasoning_content: reasoningText, refusal: null },
          finish_reason: 'stop',
          logprobs: null,
        },
      ],
      usage: {
        prompt_tokens: tokens.prompt,
        completion_tokens: tokens.completion,
        total_tokens: tokens.prompt + tokens.completion,
        completion_tokens_details: { reasoning_tokens: tokens.reasoning },
      },
      system_fingerprint: expect.stringMatching(/^fp_[0-9a-f]{12}$/),
      inferscan: { seed: 7, model_digest: model.digest, precision: 'fp32' },
    });
  });

  it('may have tokens guessed, and says which of them came true', async () => {
    const asked = {
      model: 'long-multiplication',
      messages: [{ role: 'user' as const, content: '121*121' }],
      reasoning_effort: 'low' as const,
      temperature: 0,
    };
    const [without, guessed] = [
      await openai.chat.completions.create(asked),
      await openai.chat.completions.create({ ...asked, prompt_lookup_num_tokens: 7 } as typeof asked),
    ];
    expect(guessed.choices).toEqual(without.choices);
    expect(without.usage?.completion_tokens_details).not.toHaveProperty('accepted_prediction_tokens');
    const { completion_tokens_details: details, ...counted } = guessed.usage ?? {};
    expect(without.usage).toMatchObject(counted);
    expect(details?.accepted_prediction_tokens).toBeGreaterThan(0);
    expect(details?.rejected_prediction_tokens).toBeGreaterThanOrEqual(0);
    await expect(
      openai.chat.completions.create({ ...asked, prompt_lookup_num_tokens: 16 } as typeof asked),
    ).rejects.toMatchObject({ status: 400, param: 'prompt_lookup_num_tokens' });
  });

  it('may share steps where that takes company, which changes nothing where it does not', async () => {
    const asked = { model: 'arithmetic', messages: problem.messages, temperature: 0 };
    const create = (together?: unknown) =>
      openai.chat.completions.create({
        ...asked,
        ...(together !== undefined && { together }),
      } as typeof asked);
    expect((await create(true)).choices).toEqual((await create()).choices);
    await expect(create('always')).rejects.toMatchObject({ status: 400, param: 'together' });
  });

  it('may name a model that guesses, of those that are served only', async () => {
    const asked = { model: 'long-multiplication', messages: problem.messages, temperature: 0 };
    const create = (client: OpenAI, model: string, precision?: string) =>
      client.chat.completions.create({ ...asked, draft: { model, precision, tokens: 3 } } as typeof asked);
    const without = await openai.chat.completions.create(asked);
    const guessed = await create(openai, 'long-multiplication-small');
    expect(guessed.choices).toEqual(without.choices);
    expect(guessed.usage?.completion_tokens_details).toHaveProperty('accepted_prediction_tokens');
    await expect(create(openai, 'nobody')).rejects.toMatchObject({ status: 404, param: 'draft.model' });
    const int4 = create(openai, 'long-multiplication-small', 'int4');
    await expect(int4).rejects.toMatchObject({ status: 400, param: 'draft.precision' });

    const single = await createEndpoint({ engine, access: null, only: { name: asked.model } });
    await expect(create(clientOf(single), 'long-multiplication-small')).rejects.toMatchObject({
      status: 404,
      param: 'draft.model',
      message: expect.stringMatching(/is not served here; served for text-generation: long-multiplication$/),
    });
    await single.close();
  });

  it('is looked up in what the request foretells', async () => {
    const messages = [{ role: 'user' as const, content: '384*57' }];
    const asked = { model: 'arithmetic', messages, temperature: 0 };
    const thinking = { ...asked, reasoning_effort: 'low' as const };
    const whole = await openai.chat.completions.create(thinking);
    const { reasoning_content: reasoning = '' } = { ...whole.choices[0]?.message } as {
      reasoning_content?: string;
    };
    const text = (part: string) => ({ type: 'text' as const, text: part });
    for (const content of [reasoning, [text(reasoning.slice(0, 9)), text(reasoning.slice(9))]]) {
      const foretold = await openai.chat.completions.create({
        ...thinking,
        prediction: { type: 'content', content },
      });
      expect(foretold.choices).toEqual(whole.choices);
      const { accepted_prediction_tokens: accepted } = foretold.usage?.completion_tokens_details ?? {};
      expect(accepted).toBeGreaterThan(reasoning.length / 2);
    }
    const empty = { type: 'content' as const, content: '' };
    expect((await openai.chat.completions.create({ ...thinking, prediction: empty })).choices).toEqual(
      whole.choices,
    );
    const image = { type: 'image' } as never;
    await expect(openai.chat.completions.create({ ...asked, prediction: image })).rejects.toMatchObject({
      status: 400,
      param: 'prediction.type',
    });
  });

  it('is streamed piece by piece, with the usage at the end where asked for', async () => {
    const whole = await openai.chat.completions.create(thought);
    const stream = await openai.chat.completions.create({
      ...thought,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
    expect(deltas[0]).toMatchObject({ role: 'assistant' });
    expect(deltas.map(({ content }) => content ?? '').join('')).toBe(whole.choices[0]?.message.content);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    // A chunk for every token but the two control tokens, one for the end, one for the usage.
    expect(chunks).toHaveLength(whole.usage?.completion_tokens ?? 0);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    const { usage, choices } = chunks.at(-1) ?? {};
    expect({ usage, choices }).toMatchObject({
      choices: [],
      usage: { completion_tokens: whole.usage?.completion_tokens },
    });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });

  it('is read by the client’s own stream helper', async () => {
    const final = await openai.chat.completions.stream(thought).finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe('21888');
  });

  it('has several choices, streamed or not, those of the next seeds', async () => {
    const sampled = { ...thought, temperature: 1.5, seed: 40, n: 3 };
    const { choices } = await openai.chat.completions.create(sampled);
    const texts = choices.map(({ message }) => message.content);
    const single = await openai.chat.completions.create({ ...sampled, n: 1, seed: 42 });
    expect(texts[2]).toBe(single.choices[0]?.message.content);
    const streamed = ['', '', ''];
    const stream = await openai.chat.completions.create({ ...sampled, stream: true });
    for await (const chunk of stream) {
      for (const { index, delta } of chunk.choices) streamed[index] += delta.content ?? '';
    }
    expect(streamed).toEqual(texts);
  });

  it('gives log-probabilities of the answer’s tokens, the same when streamed', async () => {
    const asked = { ...thought, logprobs: true, top_logprobs: 2 };
    const { choices } = await openai.chat.completions.create(asked);
    const content = choices[0]?.logprobs?.content ?? [];
    expect(content.map(({ token }) => token).join('')).toBe('21888');
    expect(content[0]).toMatchObject({ token: '2', bytes: [50], top_logprobs: [{ token: '2' }, {}] });
    expect(content[0]?.logprob).toBe(content[0]?.top_logprobs[0]?.logprob);
    const streamed = [];
    for await (const chunk of await openai.chat.completions.create({ ...asked, stream: true })) {
      streamed.push(...(chunk.choices[0]?.logprobs?.content ?? []));
    }
    expect(streamed).toEqual(content);
  });

  it('keeps stops, limits, biases and a JSON schema', async () => {
    const ask = async (change: object) =>
      (await openai.chat.completions.create({ ...problem, temperature: 0, ...change })).choices[0];
    const plain = await ask({});
    const text = plain?.message.content ?? '';
    expect(text).toMatch(/^\d{3,}$/);
    const stopped = await ask({ stop: text.slice(2, 3) });
    expect(stopped).toMatchObject({ finish_reason: 'stop' });
    expect(stopped?.message.content).toBe(text.slice(0, text.indexOf(text.slice(2, 3))));
    expect(await ask({ max_completion_tokens: 2 })).toMatchObject({
      finish_reason: 'length',
      message: { content: text.slice(0, 2) },
    });
    expect((await ask({ max_tokens: 1 }))?.message.content).toBe(text.slice(0, 1));
    const schema = { enum: [7, 218] };
    const bound = await ask({
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
    });
    expect([7, 218]).toContain(JSON.parse(bound?.message.content ?? ''));
    const [banned] = text;
    const { choices } = await openai.completions.create({
      ...{ model: 'arithmetic', prompt: '384*57=', temperature: 0, max_tokens: 1, logprobs: 1 },
    });
    expect(choices[0]?.text).toBe(banned);
  });
});

describe('a plain completion', () => {
  it('goes on with the prompt as it is, with as many choices as prompts and n', async () => {
    const { text } = await engine.generate({ model: 'arithmetic', prompt: '12*34' });
    const asked = { model: 'arithmetic', temperature: 0, prompt: ['12*34=', '12*34=4'] };
    const answer = await openai.completions.create(asked);
    expect(answer).toMatchObject({ object: 'text_completion', usage: { prompt_tokens: 7 + 8 } });
    expect(answer.choices.map((choice) => choice.text)[0]).toBe(text);
    const streamed = ['', ''];
    for await (const chunk of await openai.completions.create({ ...asked, stream: true })) {
      for (const choice of chunk.choices) streamed[choice.index] += choice.text;
    }
    expect(streamed).toEqual(answer.choices.map((choice) => choice.text));
  });

  it('gives log-probabilities with the place of each token', async () => {
    const { choices } = await openai.completions.create({
      ...{ model: 'arithmetic', temperature: 0, prompt: '12*34=', logprobs: 2 },
    });
    const { tokens, text_offset, top_logprobs } = choices[0]?.logprobs ?? {};
    expect(tokens?.join('')).toBe(choices[0]?.text);
    expect(text_offset).toEqual(tokens?.map((_, index) => index));
    expect(Object.keys(top_logprobs?.[0] ?? {})).toHaveLength(2);
  });
});

describe('a request that cannot be kept', () => {
  it.each([
    [{ messages: [] }, 400, 'messages', 'invalid_value'],
    [{ messages: undefined }, 400, 'messages', 'missing_required_parameter'],
    [{ messages: [{ role: 'tool', content: '' }] }, 400, 'messages[0].role', 'invalid_value'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      400,
      'messages[0].content',
      'invalid_value',
    ],
    [{ messages: [{ role: 'user', content: 'what?' }] }, 400, 'messages', 'invalid_value'],
    [{ messages: [{ role: 'user', content: '1<eos>' }] }, 400, 'messages[0].content', 'invalid_value'],
    [{ messages: [{ role: 'user', content: '1'.repeat(99) }] }, 400, 'messages', 'context_length_exceeded'],
    [{ model: 'gpt-9' }, 404, 'model', 'model_not_found'],
    [{ model: 'shapes' }, 404, 'model', 'model_not_found'],
    [{ temperature: 3 }, 400, 'temperature', 'invalid_value'],
    [{ temperature: '1' }, 400, 'temperature', 'invalid_type'],
    [{ temperature: 0, n: 2 }, 400, 'n', 'invalid_value'],
    [{ n: 33 }, 400, 'n', 'invalid_value'],
    [{ logit_bias: { 19: 1 } }, 400, 'logit_bias[19]', 'invalid_value'],
    [{ top_logprobs: 2 }, 400, 'top_logprobs', 'invalid_value'],
    [{ max_tokens: 1, max_completion_tokens: 1 }, 400, 'max_tokens', 'invalid_value'],
    [{ response_format: { type: 'json_object' } }, 400, 'response_format.type', 'invalid_value'],
    [
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'x', schema: { type: 'string', format: 'email' } },
        },
      },
      400,
      'response_format.json_schema.schema.format',
      'invalid_value',
    ],
    [
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'x', schema: { type: 'integer', minimum: 0.2, maximum: 0.8 } },
        },
      },
      400,
      'response_format.json_schema.schema.minimum',
      'invalid_value',
    ],
    [{ tools: [{ type: 'function' }] }, 400, 'tools', 'unsupported_parameter'],
    [{ store: true }, 400, 'store', 'unsupported_parameter'],
    [{ nonsense: 1 }, 400, 'nonsense', 'unknown_parameter'],
    [
      { messages: [{ role: 'user', content: '1*2' }], reasoning_effort: 'maximal' },
      400,
      'reasoning_effort',
      'invalid_value',
    ],
  ])('%j is refused by the name of the parameter', async (change, status, param, code) => {
    const create = openai.chat.completions.create.bind(openai.chat.completions);
    await expect(create({ ...problem, ...change } as never)).rejects.toMatchObject({
      status,
      param,
      code,
      type: 'invalid_request_error',
      error: { message: expect.stringContaining(param.split(/[.[]/)[0] ?? '') },
    });
    await expect(create({ ...problem, ...change, stream: true } as never)).rejects.toMatchObject({
      status,
      param,
    });
  });

  it('is answered in OpenAI’s form also where it is no request at all', async () => {
    const post = async (body: string, type = 'application/json') => {
      const headers = { 'content-type': type };
      const response = await fetch(`${endpoint.url}/v1/chat/completions`, { method: 'POST', headers, body });
      return { status: response.status, body: await response.json() };
    };
    const error = (code: string) => ({
      error: { message: expect.any(String), type: expect.any(String), param: null, code },
    });
    expect(await post('{"model":')).toEqual({ status: 400, body: error('invalid_body') });
    expect(await post('[]')).toEqual({ status: 400, body: error('invalid_body') });
    expect(await post('{"__proto__": {"x": 1}}')).toEqual({ status: 400, body: error('invalid_body') });
    expect(await post('a=b', 'application/x-www-form-urlencoded')).toEqual({
      status: 415,
      body: error('invalid_request'),
    });
    expect(await post(JSON.stringify('x'.repeat(5 * 2 ** 20)))).toEqual({
      status: 413,
      body: error('request_too_large'),
    });
    const missing = await fetch(`${endpoint.url}/v1/nothing`);
    expect({ status: missing.status, body: await missing.json() }).toEqual({
      status: 404,
      body: error('unknown_url'),
    });
  });
});

describe('many and long requests', () => {
  /** Runs into the end of the context, with more than a hundred steps. */
  const long = {
    model: 'long-multiplication',
    messages: [{ role: 'user' as const, content: '12345*67890' }],
    reasoning_effort: 'high' as const,
    logit_bias: { 2: -100 },
  };

  it('end in the engine when the client goes away', async () => {
    const before = engine.stats().get('long-multiplication')?.generatedTokens ?? 0;
    const stream = await openai.chat.completions.create({ ...long, n: 32, stream: true });
    for await (const _ of stream) break;
    await until('the request to have left', () => endpoint.inFlight === 0);
    // The engine tells its counts with the next request that finishes.
    await openai.chat.completions.create({ ...long, max_tokens: 1 });
    const generated = (engine.stats().get('long-multiplication')?.generatedTokens ?? 0) - before;
    expect(generated).toBeGreaterThan(0);
    expect(generated).toBeLessThan(32 * 60);
  });

  it('beyond what is let in at one time are told to come back', async () => {
    const small = await createEndpoint({ engine, access: null, maxRequests: 1 });
    const client = clientOf(small);
    const stream = await client.chat.completions.create({ ...long, n: 32, stream: true });
    const refused = client.chat.completions.create(problem);
    await expect(refused).rejects.toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
      type: 'rate_limit_error',
    });
    expect((await refused.catch((error) => error)).headers.get('retry-after')).toBe('1');
    stream.controller.abort();
    await until('the first to have left', () => small.inFlight === 0);
    expect((await client.chat.completions.create(problem)).choices).toHaveLength(1);
    await small.close();
  });

  it('fail in time, and with the reason when the endpoint closes', async () => {
    const hasty = await createEndpoint({ engine, access: null, timeoutMs: 1 });
    const late = clientOf(hasty).chat.completions.create({ ...long, n: 32 });
    await expect(late).rejects.toMatchObject({ status: 504, code: 'timeout' });
    await hasty.close();
    const closing = await createEndpoint({ engine, access: null });
    const client = clientOf(closing);
    const stream = await client.chat.completions.create({ ...long, n: 32, stream: true });
    const read = (async () => {
      for await (const _ of stream);
    })();
    const whole = client.chat.completions.create({ ...long, n: 32 });
    await until('both to be in', () => closing.inFlight === 2);
    const ended = Promise.allSettled([read, whole]);
    await closing.close('the job is over');
    for (const outcome of await ended) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'closing' } });
    }
    await expect(fetch(`${closing.url}/health`)).rejects.toThrow();
  });

  it('need a check of who asks where others than this machine could', async () => {
    await expect(createEndpoint({ engine, access: null, host: '0.0.0.0' })).rejects.toThrow(
      /lets everybody in/,
    );
  });
});
