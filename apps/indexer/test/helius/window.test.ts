import type { Address } from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { HeliusEntry, HeliusPages } from '../../src/source/helius/pages.js';
import { nextSpan, readWindow } from '../../src/source/helius/window.js';

const ADDRESSES = ['a', 'b'] as unknown as readonly Address[];

/** Pages of so many entries out of histories, one for each address. */
function createPages(histories: ReadonlyMap<string, readonly HeliusEntry[]>, size: number): HeliusPages {
  return {
    async read({ address, from, to, token }) {
      const all = (histories.get(address) ?? []).filter(({ slot }) => slot >= from && slot <= to);
      const start = Number(token ?? 0);
      const end = start + size;
      return { entries: all.slice(start, end), token: end < all.length ? String(end) : null };
    },
  };
}

const anyHistory = fc.array(fc.tuple(fc.nat(30), fc.nat(20)), { maxLength: 40 }).map((places) => {
  const unique = new Map(places.map(([slot, index]) => [`${slot}/${index}`, { slot: BigInt(slot), index }]));
  return [...unique]
    .map(([signature, place]): HeliusEntry => ({ signature, ...place, answer: null }))
    .sort((left, right) => Number(left.slot - right.slot) || left.index - right.index);
});

describe('readWindow', () => {
  it('has all transactions of every slot that it tells of, of every address', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        anyHistory,
        fc.nat(15),
        fc.nat(20),
        fc.nat(12),
        fc.integer({ min: 1, max: 6 }),
        async (one, two, from, length, most, size) => {
          const histories = new Map([
            ['a', one],
            ['b', two],
          ]);
          const query = {
            addresses: ADDRESSES,
            from: BigInt(from),
            to: BigInt(from + length),
            most,
            minContextSlot: 0n,
          };
          const window = await readWindow(createPages(histories, size), query, new AbortController().signal);
          expect(window.from).toBe(query.from);
          expect(window.to).toBeGreaterThanOrEqual(query.from);
          expect(window.to).toBeLessThanOrEqual(query.to);
          const expected = [...one, ...two].filter(({ slot }) => slot >= window.from && slot <= window.to);
          expect(new Set(window.entries.keys())).toEqual(new Set(expected.map(({ signature }) => signature)));
          if (window.to < query.to) expect(window.next).not.toBeNull();
          const next = [...one, ...two].find(({ signature }) => signature === window.next);
          if (next !== undefined) expect(next.slot).toBeGreaterThan(window.to);
        },
      ),
    );
  });
});

describe('nextSpan', () => {
  it('goes toward the target, never more than half again as far', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        fc.nat(10_000),
        fc.integer({ min: 1, max: 1_000 }),
        (span, found, target) => {
          const next = nextSpan(span, found, target);
          expect(next).toBeGreaterThanOrEqual(1n);
          expect(next).toBeLessThanOrEqual((span * 3n) / 2n + 1n);
          if (found > target) expect(next).toBeLessThanOrEqual(span);
          if (found < target) expect(next).toBeGreaterThanOrEqual(span);
        },
      ),
    );
  });

  it('comes to the target on a chain with an even number of transactions', () => {
    let span = 1_000n;
    for (let windows = 0; windows < 60; windows++) span = nextSpan(span, Number(span) / 200, 500);
    expect(Number(span) / 200).toBeGreaterThan(400);
    expect(Number(span) / 200).toBeLessThan(600);
  });
});
