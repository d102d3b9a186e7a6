import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { InferenceEngine, StreamedToken } from '../src/contract.js';
import { InferenceError } from '../src/errors.js';
import { engineWithThreads } from './support.js';

const engines: InferenceEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

async function start(options: Parameters<typeof engineWithThreads>[0] = {}) {
  const started = await engineWithThreads(options);
  engines.push(started.engine);
  return started;
}

const problem = { model: 'arithmetic', prompt: '384*57', reasoning: true };

/** The code of the error with which a request ends. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof InferenceError ? error.code : `no InferenceError: ${String(error)}`;
}

describe('streaming', () => {
  it('gives every piece in order, tagged, and together the result', async () => {
    const { engine } = await start();
    const tokens: StreamedToken[] = [];
    const result = await engine.generate(problem, { onToken: (token) => tokens.push(token) });
    const joined = (kind: string) => tokens.filter((t) => t.kind === kind).map((t) => t.text);
    expect(joined('reasoning').join('')).toBe(result.reasoningText);
    expect(joined('answer').join('')).toBe(result.text);
    const indices = tokens.map((token) => token.index);
    expect(indices).toEqual([...indices].sort((a, b) => a - b));
    expect(new Set(indices).size).toBe(tokens.length);
    expect(tokens.at(-1)?.index).toBeLessThan(result.tokens.completion);
  });

  it('cancels the request of a listener that throws and goes on with the next', async () => {
    const { engine } = await start();
    const failing = engine.generate(problem, {
      onToken() {
        throw new Error('listener broke');
      },
    });
    await expect(failing).rejects.toThrow('listener broke');
    expect((await engine.generate(problem)).text).toBe('21888');
  });
});

describe('requests', () => {
  it.each([
    [{ ...problem, model: 'gpt-9' }, 'unknown_model', /known: arithmetic/],
    [{ ...problem, temperature: -1 }, 'bad_request', /temperature/],
    [{ ...problem, topP: 0 }, 'bad_request', /topP/],
    [{ ...problem, seed: 1.5 }, 'bad_request', /seed/],
    [{ ...problem, prompt: '' }, 'bad_request', /prompt/],
    [{ ...problem, prompt: 'hello' }, 'bad_request', /vocabulary/],
    [{ ...problem, prompt: '1'.repeat(62) }, 'too_long', /65 tokens, at most 63 fit \(context 64/],
    [{ ...problem, prompt: '1'.repeat(5000) }, 'too_long', /5003 tokens, at most 63 fit/],
    [{ ...problem, prompt: 'x'.repeat(5000) }, 'bad_request', /vocabulary/],
    [{ ...problem, extra: 1 }, 'bad_request', /extra/],
  ])('%j is refused with %s', async (request, code, message) => {
    const { engine } = await start();
    const failed = engine.generate(request);
    await expect(failed).rejects.toThrow(message);
    expect(await codeOf(failed)).toBe(code);
  });

  it('end with "length" at the end of the context, however many tokens were asked for', async () => {
    const { engine } = await start();
    const result = await engine.generate({
      ...problem,
      prompt: '1'.repeat(55),
      temperature: 5,
      maxTokens: 500,
    });
    expect(result.tokens.prompt + result.tokens.completion).toBeLessThanOrEqual(64);
  });
});

describe('queue', () => {
  it('answers in order of arrival and refuses what exceeds it', async () => {
    const { engine } = await start({ maxQueued: 2, limits: { maxRows: 1 } });
    const order: number[] = [];
    const accepted = [0, 1, 2].map((n) => engine.generate(problem).then(() => order.push(n)));
    expect(await codeOf(engine.generate(problem))).toBe('overloaded');
    expect(engine.load()).toEqual(new Map([['arithmetic', { running: 1, waiting: 2 }]]));
    await Promise.all(accepted);
    expect(order).toEqual([0, 1, 2]);
    expect(engine.load()).toEqual(new Map());
    expect((await engine.generate(problem)).text).toBe('21888');
  });
});

describe('cancellation', () => {
  it('stops a running request within a step and frees the thread', async () => {
    const { engine, threads } = await start();
    const controller = new AbortController();
    let streamed = 0;
    const failed = engine.generate(problem, {
      signal: controller.signal,
      onToken() {
        streamed++;
        controller.abort();
      },
    });
    expect(await codeOf(failed)).toBe('cancelled');
    expect(streamed).toBe(1);
    expect((await engine.generate(problem)).text).toBe('21888');
    expect(threads).toHaveLength(1);
  });

  it('takes a waiting request out of the queue and refuses an aborted one', async () => {
    const { engine } = await start({ maxQueued: 1, limits: { maxRows: 1 } });
    const controller = new AbortController();
    const running = engine.generate(problem);
    const waiting = engine.generate(problem, { signal: controller.signal });
    controller.abort();
    expect(await codeOf(waiting)).toBe('cancelled');
    const next = engine.generate(problem);
    expect(await codeOf(engine.generate(problem, { signal: controller.signal }))).toBe('cancelled');
    expect((await Promise.all([running, next])).map((result) => result.text)).toEqual(['21888', '21888']);
  });
});

describe('a thread that dies', () => {
  it('fails its requests; those that wait and those that come run in a new thread', async () => {
    const { engine, threads } = await start({
      limits: { maxRows: 2 },
      threadFile: new URL('./fixtures/mortal-thread.mjs', import.meta.url),
    });
    const failed = engine.generate(problem, { onToken: () => threads[0]?.postMessage({ type: 'die' }) });
    const company = engine.generate({ ...problem, prompt: '705*39' });
    const waiting = engine.generate(problem);
    expect(await codeOf(failed)).toBe('crashed');
    expect(await codeOf(company)).toBe('crashed');
    await expect(failed).rejects.toThrow('out of luck');
    expect((await waiting).text).toBe('21888');
    expect((await engine.generate(problem)).text).toBe('21888');
    expect(threads).toHaveLength(2);
  });

  it('fails every request when it cannot even start', async () => {
    const { engine } = await start({ threadFile: new URL('./no-such-thread.js', import.meta.url) });
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(engine.generate(problem))));
    expect(codes).toEqual(['crashed', 'crashed', 'crashed']);
  });
});

describe('close', () => {
  it('cancels what runs and waits, refuses what comes, and ends the thread', async () => {
    const { engine, threads } = await start();
    const codes = [engine.generate(problem), engine.generate(problem)].map(codeOf);
    let exited = false;
    threads[0]?.once('exit', () => {
      exited = true;
    });
    await engine.close();
    expect(exited).toBe(true);
    expect(await Promise.all(codes)).toEqual(['cancelled', 'cancelled']);
    await engine.close();
    expect(await codeOf(engine.generate(problem))).toBe('cancelled');
    expect(threads).toHaveLength(1);
  });

  it('is not needed for a clean process.exit() in the middle of a generation', async () => {
    const child = fork(new URL('./fixtures/exit-while-running.mjs', import.meta.url), { stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    expect(code).toBe(7);
  });
});
