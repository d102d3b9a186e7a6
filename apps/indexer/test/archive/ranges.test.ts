import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { gapsIn, mergeRanges, overlap, type SlotRange, shareOut } from '../../src/archive/ranges.js';

const MOST = 40;
const anyRange: fc.Arbitrary<SlotRange> = fc
  .tuple(fc.integer({ min: 0, max: MOST }), fc.integer({ min: 0, max: 8 }))
  .map(([from, length]) => ({ from: BigInt(from), to: BigInt(from + length) }));
const anyRanges = fc.array(anyRange, { maxLength: 8 });

const slots = Array.from({ length: MOST + 10 }, (_, slot) => BigInt(slot));
const has = (ranges: readonly SlotRange[], slot: bigint): boolean =>
  ranges.some(({ from, to }) => from <= slot && slot <= to);

describe('ranges of slots', () => {
  it('are merged without changing which slots they hold', () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        const merged = mergeRanges(ranges);
        for (const slot of slots) expect(has(merged, slot)).toBe(has(ranges, slot));
        merged.slice(1).forEach(({ from }, order) => {
          expect(from).toBeGreaterThan((merged[order]?.to ?? 0n) + 1n);
        });
      }),
    );
  });

  it('leave gaps that are exactly what they do not hold', () => {
    fc.assert(
      fc.property(anyRanges, anyRange, (ranges, outer) => {
        const gaps = gapsIn(ranges, outer);
        for (const slot of slots) expect(has(gaps, slot)).toBe(has([outer], slot) && !has(ranges, slot));
        expect(mergeRanges(gaps)).toEqual(gaps);
      }),
    );
  });

  it('overlap where both are', () => {
    fc.assert(
      fc.property(anyRange, anyRange, (left, right) => {
        const both = overlap(left, right);
        for (const slot of slots) {
          expect(both !== null && has([both], slot)).toBe(has([left], slot) && has([right], slot));
        }
      }),
    );
  });

  it('are shared out so that each slot belongs to its last owner', () => {
    fc.assert(
      fc.property(fc.array(anyRanges, { maxLength: 5 }), (owners) => {
        const pieces = shareOut(owners.map((ranges, owner) => ({ owner, ranges })));
        for (const slot of slots) {
          const wanted = owners.findLastIndex((ranges) => has(ranges, slot));
          const holding = pieces.filter((piece) => has([piece], slot));
          expect(holding.map(({ owner }) => owner)).toEqual(wanted === -1 ? [] : [wanted]);
        }
        pieces.slice(1).forEach(({ from }, order) => {
          expect(from).toBeGreaterThan(pieces[order]?.to ?? -1n);
        });
      }),
    );
  });
});
