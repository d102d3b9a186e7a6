import { describe, expect, it } from 'vitest';
import { createKvCache, type KvRow } from '../src/generation/kv-cache.js';

const SHAPE = { tensors: 2, heads: 1, width: 2 };

/** Appends one token whose numbers say whose it is. */
function append(cache: ReturnType<typeof createKvCache>, row: KvRow, mark: number): void {
  const tensors = Array.from({ length: SHAPE.tensors }, () => Float32Array.of(mark, mark));
  cache.append(row, 1, { tensors, step: 1, place: 0 });
}

/** Whose first tokens lie next to each other from a place on. */
function marks(cache: ReturnType<typeof createKvCache>, { lane }: KvRow, first: number, count: number) {
  const [view, each] = [cache.view(lane, 1, first, count), lane.capacity * SHAPE.width];
  return Array.from({ length: count }, (_, place) => view[place * each]);
}

describe('rows of a lane', () => {
  function three() {
    const cache = createKvCache(SHAPE);
    const rows = [1, 2, 3].map((mark) => {
      const row = cache.open();
      append(cache, row, mark);
      return row;
    }) as [KvRow, KvRow, KvRow];
    return { cache, rows };
  }

  it('stay where they are when they lie next to each other, a row alone always', () => {
    const { cache, rows } = three();
    for (const [index, row] of rows.entries()) {
      expect(cache.gather([row], true)).toBe(index);
      expect(marks(cache, row, index, 1)).toEqual([index + 1]);
    }
    expect(cache.gather([rows[2], rows[1]], true)).toBe(1);
    expect(rows.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('are put at the front or the back when they do not', () => {
    const { cache, rows } = three();
    expect(cache.gather([rows[0], rows[2]], true)).toBe(0);
    expect(marks(cache, rows[0], 0, 3)).toEqual([1, 3, 2]);
    expect(cache.gather([rows[0], rows[1]], false)).toBe(1);
    expect([...(marks(cache, rows[0], 1, 2) as number[])].sort()).toEqual([1, 2]);
  });

  it('have one idle row beside them, which is empty and always the same', () => {
    const { cache, rows } = three();
    const [one] = rows;
    const idle = cache.idle(one.lane);
    expect(cache.idle(one.lane)).toBe(idle);
    expect(idle.length).toBe(0);
    expect(cache.gather([one, idle], true)).toBe(0);
    expect(marks(cache, one, one.index, 1)).toEqual([1]);
    expect(marks(cache, one, idle.index, 1)).toEqual([0]);
    cache.close(one);
    expect(marks(cache, rows[1], rows[1].index, 1)).toEqual([2]);
  });
});
