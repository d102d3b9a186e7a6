import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inOrder } from '../../src/execution/in-order.js';

const never = new AbortController().signal;

describe('work in order', () => {
  it('tells results in order whatever is done first, up to the first that fails, with no more at once than may be', async () => {
    const plans = fc.record({
      count: fc.nat({ max: 12 }),
      atOnce: fc.integer({ min: 1, max: 5 }),
      failing: fc.uniqueArray(fc.nat({ max: 14 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plans, fc.scheduler(), async ({ count, atOnce, failing }, scheduler) => {
        const told: number[] = [];
        const began: number[] = [];
        const running = new Set<number>();
        const outcome = inOrder(
          {
            count,
            atOnce,
            async work(index) {
              began.push(index);
              running.add(index);
              expect(running.size).toBeLessThanOrEqual(atOnce);
              await scheduler.schedule(Promise.resolve(), `work ${index}`);
              running.delete(index);
              if (failing.includes(index)) throw new Error(`${index} failed`);
              return index * 10;
            },
            done: (index, result) => {
              expect(result).toBe(index * 10);
              told.push(index);
            },
          },
          never,
        ).then(
          () => 'all done',
          (error: Error) => error.message,
        );
        await scheduler.waitFor(outcome);
        const end = Math.min(count, ...failing);
        expect(await outcome).toBe(end < count ? `${end} failed` : 'all done');
        expect(told).toEqual(Array.from({ length: end }, (_, index) => index));
        expect(began).toEqual([...began].sort((a, b) => a - b));
        expect(running.size).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('stops what runs behind a failure, and everything with its signal', async () => {
    const stopped: number[] = [];
    const untilStopped = (index: number, signal: AbortSignal) =>
      new Promise<number>((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped.push(index);
          reject(signal.reason);
        });
      });
    const failed = inOrder(
      {
        count: 100,
        atOnce: 4,
        work: (index, signal) =>
          index === 1
            ? Promise.reject(new Error('one'))
            : index === 0
              ? Promise.resolve(0)
              : untilStopped(index, signal),
        done: () => undefined,
      },
      never,
    );
    await expect(failed).rejects.toThrow('one');
    expect(stopped).toEqual([2, 3, 4]);

    stopped.length = 0;
    const controller = new AbortController();
    const all = inOrder(
      { count: 100, atOnce: 4, work: untilStopped, done: () => undefined },
      controller.signal,
    );
    controller.abort(new Error('enough'));
    await expect(all).rejects.toThrow('enough');
    expect(stopped).toEqual([0, 1, 2, 3]);
  });
});
