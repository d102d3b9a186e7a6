import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';
import { readAhead } from '../../src/source/read-ahead.js';

const never = new AbortController().signal;

/** Numbers from 1 on; tells what was asked for, and whether it was ended. */
function counter(failAt = Number.POSITIVE_INFINITY) {
  const seen = { asked: 0, ended: false };
  async function* count(): AsyncGenerator<number, void> {
    try {
      for (;;) {
        seen.asked += 1;
        if (seen.asked >= failAt) throw new Error(`no ${failAt}`);
        await turn();
        yield seen.asked;
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, count };
}

describe('readAhead', () => {
  it.each([1, 3])('asks for the next %i, and no more, while one is being used', async (ahead) => {
    const { seen, count } = counter();
    const items = readAhead(count, ahead, never);
    for (const used of [1, 2, 3]) {
      expect(await items.next()).toEqual({ done: false, value: used });
      for (let turns = 0; turns < 10; turns++) await turn();
      expect(seen.asked).toBe(used + ahead);
    }
    await items.return();
  });

  it.each([1, 3, 9])('gives everything before an error, then the error, %i ahead', async (ahead) => {
    const { seen, count } = counter(4);
    const got: number[] = [];
    const all = async () => {
      for await (const item of readAhead(count, ahead, never)) {
        got.push(item);
        // Long enough for what is read ahead to fail meanwhile.
        for (let turns = 0; turns < 10; turns++) await turn();
      }
    };
    await expect(all()).rejects.toThrow('no 4');
    expect(got).toEqual([1, 2, 3]);
    expect(seen.ended).toBe(true);
  });

  it.each([1, 3])('ends what it had begun when its reader leaves, and when it is aborted', async (ahead) => {
    for (const abort of [false, true]) {
      const outer = new AbortController();
      let ended = false;
      async function* waiting(signal: AbortSignal): AsyncGenerator<number, void> {
        try {
          yield 1;
          if (abort) yield 2;
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        } finally {
          ended = true;
        }
      }
      const got: number[] = [];
      for await (const item of readAhead(waiting, ahead, outer.signal)) {
        got.push(item);
        if (!abort) break;
        outer.abort();
      }
      expect(got).toEqual([1]);
      expect(ended).toBe(true);
    }
  });
});
