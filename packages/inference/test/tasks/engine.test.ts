import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { InferenceEngine } from '../../src/contract.js';
import { engineWithThreads } from '../support.js';
import { engineForTests, failureOf } from './support.js';

const engines: InferenceEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

async function start(options: Parameters<typeof engineWithThreads>[0] = {}) {
  const started = await engineWithThreads(options);
  engines.push(started.engine);
  return started;
}

const black = { width: 24, height: 24, channels: 1 as const, pixels: new Uint8Array(576) };
const classify = {
  task: 'image-classification' as const,
  model: 'shapes',
  inputs: { images: [black] },
};
/** Minutes of work, in steps of some milliseconds. */
const endless = {
  task: 'image-generation' as const,
  model: 'shape-painter',
  inputs: { labels: new Array<string>(8).fill('star'), steps: 1000 },
};

describe('a task', () => {
  it('says what ran, and how long its parts took', async () => {
    const { engine } = await start();
    const cold = await engine.run({ ...classify, seed: 5 });
    const info = engine.models().find(({ name }) => name === 'shapes');
    expect(cold.model).toEqual({
      name: 'shapes',
      digest: info?.digest,
      parameters: 46_904,
      precision: 'fp32',
    });
    expect(cold).toMatchObject({ task: 'image-classification', seed: 5, steps: 1 });
    expect(cold.runtime).toMatchObject({ name: 'onnxruntime-node', provider: 'cpu', threads: 1 });
    const warm = await engine.run(classify);
    expect(cold.timing.loadMs).toBeGreaterThan(0);
    expect(warm.timing.loadMs).toBe(0);
    for (const { queueMs, loadMs, runMs, totalMs } of [cold.timing, warm.timing]) {
      expect(queueMs + loadMs + runMs).toBeLessThanOrEqual(totalMs);
      expect(runMs).toBeGreaterThan(0);
    }
  });

  it('may be text generation, with the result of generate', async () => {
    const { engine } = await start();
    const plain = await engine.generate({ model: 'arithmetic', prompt: '384*57', reasoning: true, seed: 4 });
    const result = await engine.run({
      task: 'text-generation',
      model: 'arithmetic',
      inputs: { prompt: '384*57', reasoning: true },
      seed: 4,
    });
    expect(result.output.text).toBe('21888');
    expect(result.output.tokenIds).toEqual(plain.tokenIds);
    expect(result).toMatchObject({ model: plain.model, runtime: plain.runtime, seed: 4, steps: 30 });
  });

  const shared = engineForTests();
  it.each([
    [{ ...classify, model: 'gpt-9' }, /^unknown_model model: "gpt-9" is not here; known for image-class/],
    [{ ...classify, task: 'embeddings' }, /^bad_request (inputs|task)/],
    [
      { ...classify, task: 'action', inputs: { observations: [{ values: [1] }] } },
      /^bad_request task: shapes/,
    ],
    [{ ...classify, task: 'paint' }, /^bad_request task: .*"image-classification"/],
    [{ ...classify, precision: 'int4' }, /^bad_request precision: shapes is not here in int4; it is in fp32/],
    [{ ...classify, precision: 'fp8' }, /^bad_request precision: /],
    [{ ...classify, seed: -1 }, /^bad_request seed: /],
    [{ ...classify, more: 1 }, /^bad_request request: .*more/],
    [{ ...classify, inputs: { images: [] } }, /^bad_request inputs\.images: /],
    [
      { ...classify, inputs: { images: [{ ...black, channels: 2 }] } },
      /inputs\.images\.0\.channels: expected/,
    ],
    [
      { ...classify, inputs: { images: [{ ...black, pixels: 'AAAA' }] } },
      /0\.pixels: expected 576 .* found 3/,
    ],
    [{ ...classify, inputs: { images: [{ png: '###' }] } }, /inputs\.images\.0\.png: expected at most/],
    [{ ...classify, inputs: { images: [{ png: 'AAAA' }] } }, /inputs\.images\.0\.png: not a PNG/],
    [{ ...classify, model: 'arithmetic' }, /^bad_request task: arithmetic is for text-generation/],
    [{ task: 'text-generation', model: 'shapes', inputs: { prompt: '1' } }, /^bad_request task: shapes is/],
    [{ task: 'text-generation', model: 'arithmetic', inputs: 5 }, /^bad_request inputs: expected/],
    [{ task: 'text-generation', model: 'arithmetic', inputs: {} }, /^bad_request prompt: /],
    ['nonsense', /^bad_request request: /],
  ])('%j is refused, naming the field', async (request, message) => {
    // What a caller without types may send.
    const failure = await failureOf(shared().run(request as typeof classify));
    expect(failure).toMatch(message);
  });

  it('of generate is refused for a model that writes no text', async () => {
    const failed = shared().generate({ model: 'shapes', prompt: 'a star' });
    expect(await failureOf(failed)).toMatch(/^bad_request task: shapes is for image-classification/);
  });
});

describe('a task that takes too long', () => {
  it('fails at its time limit and frees the thread within a step', async () => {
    const { engine, taskThreads } = await start();
    await engine.run(classify);
    expect(await failureOf(engine.run({ ...endless, timeoutMs: 30 }))).toBe('timeout no result within 30 ms');
    expect((await engine.run(classify)).output.images).toHaveLength(1);
    expect(taskThreads).toHaveLength(1);
  });

  it('also fails while it waits', async () => {
    const { engine } = await start();
    const stop = new AbortController();
    const running = failureOf(engine.run(endless, { signal: stop.signal }));
    expect(await failureOf(engine.run({ ...classify, timeoutMs: 5 }))).toMatch(/^timeout/);
    stop.abort();
    expect(await running).toMatch(/^cancelled/);
  });

  it('ends at an abort, and text generation with its own limit', async () => {
    const { engine } = await start();
    const stop = new AbortController();
    const running = engine.run(endless, { signal: stop.signal });
    const behind = engine.run(classify);
    stop.abort();
    expect(await failureOf(running)).toMatch(/^cancelled/);
    expect((await behind).output.images).toHaveLength(1);
    const text = { task: 'text-generation' as const, model: 'arithmetic', timeoutMs: 1 };
    expect(await failureOf(engine.run({ ...text, inputs: { prompt: '384*57', reasoning: true } }))).toMatch(
      /^timeout/,
    );
  });
});

describe('the queue of tasks', () => {
  it('refuses what exceeds it', async () => {
    const { engine } = await start({ maxQueued: 1 });
    const stop = new AbortController();
    const running = failureOf(engine.run(endless, { signal: stop.signal }));
    const waiting = engine.run(classify);
    expect(await failureOf(engine.run(classify))).toMatch(/^overloaded/);
    stop.abort();
    await running;
    expect((await waiting).steps).toBe(1);
  });

  it('is emptied at the end, and closed', async () => {
    const { engine, taskThreads } = await start();
    const open = [engine.run(endless), engine.run(classify)].map(failureOf);
    let exited = false;
    taskThreads[0]?.once('exit', () => {
      exited = true;
    });
    await engine.close();
    expect(exited).toBe(true);
    expect(await Promise.all(open)).toEqual([
      'cancelled the engine was closed',
      'cancelled the engine was closed',
    ]);
    expect(await failureOf(engine.run(classify))).toBe('cancelled the engine is closed');
  });
});

describe('a process that leaves by process.exit()', () => {
  it('in the middle of a task does so cleanly', async () => {
    const child = fork(new URL('../fixtures/exit-while-painting.mjs', import.meta.url), { stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    expect(code).toBe(7);
  });
});

describe('a thread of tasks that dies', () => {
  it('fails its request; those that wait run in a new thread', async () => {
    const { engine, taskThreads } = await start({
      taskThreadFile: new URL('../fixtures/mortal-task-thread.mjs', import.meta.url),
    });
    await engine.run(classify);
    const failed = failureOf(engine.run(endless));
    const waiting = engine.run(classify);
    taskThreads[0]?.postMessage({ type: 'die' });
    expect(await failed).toBe('crashed the inference thread ended: out of luck');
    expect((await waiting).output.images).toHaveLength(1);
    expect(taskThreads).toHaveLength(2);
  });
});

describe('memory', () => {
  it('is checked before a model is loaded', async () => {
    const { engine } = await start({ memoryBytes: 1_000_000 });
    expect(await failureOf(engine.run(classify))).toMatch(
      /^out_of_memory shapes in fp32 needs about \d+ bytes, 1000000 may be used/,
    );
  });

  it('is shared: the model used longest ago makes room', async () => {
    // Either model with its working memory, not both.
    const { engine } = await start({ memoryBytes: 30_000_000 });
    const paint = { ...endless, inputs: { labels: ['star'], steps: 1 } };
    const loads: boolean[] = [];
    for (const request of [classify, classify, paint, classify]) {
      loads.push((await engine.run<typeof request.task>(request)).timing.loadMs > 0);
    }
    expect(loads).toEqual([true, false, true, true]);
  });

  it('holds as many models that write text as fit, and never takes away one that runs', async () => {
    // Either of them with its working memory, not both.
    const { engine } = await start({ memoryBytes: 30_000_000 });
    const first = { model: 'arithmetic', prompt: '384*57', reasoning: true };
    const second = { ...first, model: 'long-multiplication' };
    const loads: boolean[] = [];
    for (const request of [first, first, second, first]) {
      const result = await engine.generate(request);
      expect(result.text).toBe('21888');
      loads.push(result.timing.loadMs > 0);
    }
    expect(loads).toEqual([true, false, true, true]);
    const [running, refused] = [engine.generate(first), failureOf(engine.generate(second))];
    expect((await running).text).toBe('21888');
    expect(await refused).toMatch(/^out_of_memory long-multiplication in fp32 needs about \d+ bytes/);
    expect((await engine.generate(second)).text).toBe('21888');
  });
});
