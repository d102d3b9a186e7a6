import { expect, it } from 'vitest';

import { linkSignals } from '../src/linked-signal.js';

it('ends with the first of its sources, for the same reason', () => {
  const [one, two] = [new AbortController(), new AbortController()];
  const linked = linkSignals(one.signal, two.signal);
  expect(linked.signal.aborted).toBe(false);
  two.abort('second');
  one.abort('first');
  expect(linked.signal.reason).toBe('second');
});

it('has ended where a source has ended before', () => {
  expect(linkSignals(new AbortController().signal, AbortSignal.abort('before')).signal.reason).toBe('before');
});

it('ends by itself and leaves its sources alone', () => {
  const source = new AbortController();
  const linked = linkSignals(source.signal);
  linked.abort('enough');
  expect([linked.signal.reason, source.signal.aborted]).toEqual(['enough', false]);
});

it('follows nothing any more when it is released', () => {
  const source = new AbortController();
  const linked = linkSignals(source.signal);
  linked.release();
  source.abort();
  expect(linked.signal.aborted).toBe(false);
});

it('is forgotten, with those who listened to it, though its source lives on', async () => {
  const source = new AbortController();
  const forgotten = Array.from({ length: 100 }, () => {
    const linked = linkSignals(source.signal);
    const listener = () => undefined;
    linked.signal.addEventListener('abort', listener);
    linked.release();
    return new WeakRef(linked.signal);
  });
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What was made in this turn of the loop is held until its end.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(forgotten.filter((reference) => reference.deref() !== undefined)).toHaveLength(0);
  expect(source.signal.aborted).toBe(false);
});
