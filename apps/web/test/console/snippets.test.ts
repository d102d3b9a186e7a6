import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { type Call, curlSnippet, openaiSnippet, withShortToken } from '@/features/jobs/lib/snippets';

const call = (change: Partial<Call['service']> = {}, token: string | null = null): Call => ({
  baseUrl: 'http://127.0.0.1:8911/v1',
  service: {
    model: 'arithmetic',
    task: 'text-generation',
    example: { prompt: "what's 384*57", reasoning: true },
    ...change,
  },
  token,
});

/** What a shell would give to curl. */
const argumentsOf = (snippet: string, env: Record<string, string> = {}): string[] =>
  execFileSync('sh', ['-c', `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${snippet}`], {
    env: { ...process.env, ...env },
  })
    .toString()
    .split('\0')
    .slice(0, -1);

describe('the curl command', () => {
  it('asks what the model is for, whatever is in the prompt', () => {
    const [url, , authorization, , type, , body = ''] = argumentsOf(curlSnippet(call({}, 'a.b')));
    expect([url, authorization, type]).toEqual([
      'http://127.0.0.1:8911/v1/chat/completions',
      'Authorization: Bearer a.b',
      'Content-Type: application/json',
    ]);
    expect(JSON.parse(body)).toEqual({
      model: 'arithmetic',
      messages: [{ role: 'user', content: "what's 384*57" }],
      reasoning_effort: 'high',
      temperature: 0,
    });
  });

  it('is one address to a shell, whatever its node says on chain', () => {
    const baseUrl = new URL("https://h.example/a';$(touch$IFS'x');b&c|d/v1").href;
    const [url, flag] = argumentsOf(curlSnippet({ ...call(), baseUrl }));
    expect([url, flag]).toEqual([`${baseUrl}/chat/completions`, '-H']);
  });

  it('takes the reader’s own token from the environment', () => {
    expect(argumentsOf(curlSnippet(call()), { TOKEN: 'x y' })[2]).toBe('Authorization: Bearer x y');
  });

  it.each([
    ['embedding', 'embeddings', 'input'],
    ['image-generation', 'images/generations', 'prompt'],
  ])('knows the path of %s', (task, path, name) => {
    const [url, , , , , , body = ''] = argumentsOf(curlSnippet(call({ task })));
    expect(url).toBe(`http://127.0.0.1:8911/v1/${path}`);
    expect(JSON.parse(body)).toEqual({ model: 'arithmetic', [name]: "what's 384*57" });
  });
});

describe('the code for OpenAI’s client', () => {
  it('is a module that asks the same, and prints the answer', async () => {
    const seen: unknown[] = [];
    const code = openaiSnippet(call({}, 'a.b'))
      .replace(/^import .*$/m, '')
      .replace('console.log', 'print');
    const create = async (body: unknown) => {
      seen.push(body);
      return { choices: [{ message: { content: '21888' } }] };
    };
    const OpenAI = class {
      readonly chat = { completions: { create } };
      constructor(options: unknown) {
        seen.push(options);
      }
    };
    type Run = (client: unknown, print: (text: unknown) => void) => Promise<void>;
    const run = new Function('OpenAI', 'print', `return (async () => {${code}})()`) as Run;
    await run(OpenAI, (text) => seen.push(text));
    expect(seen).toMatchObject([
      { baseURL: 'http://127.0.0.1:8911/v1', apiKey: 'a.b' },
      { model: 'arithmetic', messages: [{ content: "what's 384*57" }], reasoning_effort: 'high' },
      '21888',
    ]);
  });

  it('is shown with a short token', () => {
    const token = 'abcdefghijklmnopqrstuvwxyz';
    const shown = withShortToken(openaiSnippet(call({}, token)), token);
    expect(shown).toContain('apiKey: "abcdefgh…wxyz"');
    expect(withShortToken(openaiSnippet(call()), null)).toBe(openaiSnippet(call()));
  });
});
