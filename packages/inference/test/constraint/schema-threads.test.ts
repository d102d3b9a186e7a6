import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkJsonSchema } from '../../src/constraint/json-schema.js';
import {
  createSchemaThreads,
  type SchemaInUse,
  type SchemaThreads,
} from '../../src/constraint/schema-threads.js';
import { shareJson } from '../../src/thread/shared-json.js';

const THREAD = new URL('../../dist/constraint/schema-thread.js', import.meta.url);
const TEXTS = ['', '"', 'a', 'b', 'true', 'false'];
const STOP = 0;
const vocabulary = shareJson({ texts: TEXTS, kind: 'raw' });
/** Takes far longer to compile than these tests, with so many tokens that each of its letters may be. */
const LONG = { type: 'string', maxLength: 250 };
const large = shareJson({
  texts: [...TEXTS, ...Array.from({ length: 400_000 }, (_, at) => at.toString(36).padStart(6, 'x'))],
  kind: 'raw',
});

describe('schemas in threads of their own', () => {
  let workers: Worker[] = [];
  let threads: SchemaThreads;
  const open = (maxThreads?: number): void => {
    workers = [];
    threads = createSchemaThreads({
      spawn(workerData) {
        const worker = new Worker(THREAD, { workerData });
        workers.push(worker);
        return worker;
      },
      ...(maxThreads !== undefined && { maxThreads }),
    });
  };
  const use = (schema: Record<string, unknown>, signal?: AbortSignal, stopTokenIds = [STOP]) =>
    threads.use(
      JSON.stringify([schema, stopTokenIds]),
      { schema: checkJsonSchema(schema), vocabulary, stopTokenIds },
      signal,
    );
  const useLong = (signal?: AbortSignal) =>
    threads.use('long', { schema: LONG, vocabulary: large, stopTokenIds: [STOP] }, signal);
  /** The tokens that a schema lets come, one after the other, always the first of them. */
  async function written({ start }: SchemaInUse): Promise<string> {
    const constraint = await start();
    let text = '';
    for (;;) {
      const logits = await constraint.apply(new Float32Array(TEXTS.length));
      const id = logits.indexOf(0);
      constraint.accept(id);
      if (id === STOP) break;
      text += TEXTS[id];
      if (await constraint.ended()) break;
    }
    constraint.close();
    return text;
  }
  const alive = (): number => workers.filter(({ threadId }) => threadId !== -1).length;
  afterEach(() => threads.close());

  it('say what may come, to several outputs at once', async () => {
    open();
    const [ab, yes] = await Promise.all([use({ const: 'ab' }), use({ enum: [true] })]);
    expect(await Promise.all([written(ab), written(yes), written(ab)])).toEqual(['"ab"', 'true', '"ab"']);
  });

  it('end by themselves where the model has no stop tokens', async () => {
    open();
    expect(await written(await use({ const: 'ab' }, undefined, []))).toBe('"ab"');
  });

  it('are compiled once, and given up only for another that nobody else leaves room for', async () => {
    open(2);
    const [first] = await Promise.all([use({ const: 'a' }), use({ const: 'a' })]);
    expect(workers.length).toBe(1);
    const second = await use({ const: 'b' });
    second.close();
    // The second is idle, the first is not.
    const third = await use({ const: 'ab' });
    await vi.waitFor(() => expect(alive()).toBe(2));
    expect(await Promise.all([written(first), written(third)])).toEqual(['"a"', '"ab"']);
    expect(workers.length).toBe(3);
  });

  it('wait for room where all are in use', async () => {
    open(1);
    const first = await use({ const: 'a' });
    const second = use({ const: 'b' });
    expect(await written(first)).toBe('"a"');
    expect(workers.length).toBe(1);
    first.close();
    expect(await written(await second)).toBe('"b"');
    expect(alive()).toBe(1);
  });

  it('hold up nobody else while one is compiled, and stop when nobody waits for it', async () => {
    open();
    const stop = new AbortController();
    const long = useLong(stop.signal);
    expect(await written(await use({ const: 'ab' }))).toBe('"ab"');
    stop.abort(new Error('enough'));
    await expect(long).rejects.toThrow('enough');
    await vi.waitFor(() => expect(alive()).toBe(1));
  });

  it('are refused by what compiling says, each time', async () => {
    open();
    const nonsense = () =>
      threads.use('x', { schema: { type: 'nonsense' }, vocabulary, stopTokenIds: [STOP] });
    await expect(nonsense()).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('cannot be used'),
    });
    await expect(nonsense()).rejects.toMatchObject({ code: 'bad_request' });
    await vi.waitFor(() => expect(alive()).toBe(0));
  });

  it('fail those that write when their thread is lost, and are compiled again for the next', async () => {
    open();
    const constraint = await (await use({ const: 'ab' })).start();
    await constraint.apply(new Float32Array(TEXTS.length));
    await workers[0]?.terminate();
    constraint.accept(TEXTS.indexOf('"'));
    await expect(constraint.apply(new Float32Array(TEXTS.length))).rejects.toThrow('the thread of a schema');
    constraint.close();
    expect(await written(await use({ const: 'ab' }))).toBe('"ab"');
  });

  it('leave no thread behind when they are closed, nor anybody waiting', async () => {
    open(1);
    const long = useLong();
    const waiting = use({ const: 'a' });
    for (const one of [long, waiting]) one.catch(() => {});
    await vi.waitFor(() => expect(workers.length).toBe(1));
    await threads.close();
    expect(alive()).toBe(0);
    await expect(long).rejects.toThrow('the thread of a schema was ended');
    await expect(waiting).rejects.toThrow('the schemas were closed');
    expect(workers.length).toBe(1);
  });
});
