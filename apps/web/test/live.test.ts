import { describe, expect, it } from 'vitest';
import { healthOf, touches } from '../src/features/live/lib/health';
import { type Drawing, nextDrawingAt, recent } from '../src/features/live/lib/rest';
import { readKey } from '../src/features/shell/lib/keys';

const status = {
  type: 'status',
  lagSlots: 1,
  lagSeconds: 0.4,
  headSlot: '9',
  heartbeatAgeSeconds: 1,
  phase: 'tip',
} as const;

describe('the live dot', () => {
  it.each([
    [status, 'live', 0.4],
    [{ ...status, lagSeconds: 14 }, 'delayed', 14],
    [{ ...status, heartbeatAgeSeconds: 40 }, 'stale', 40],
    [{ ...status, lagSeconds: null, heartbeatAgeSeconds: null }, 'stale', null],
  ])('shows what the server says', (message, state, lagSeconds) => {
    expect(healthOf(message)).toMatchObject({ state, lagSeconds });
  });
});

describe('a change', () => {
  const change = { many: false, figures: false, jobs: ['j1'], markets: ['m1'], nodes: [], listed: [] };

  it('touches only who shows it', () => {
    expect(touches('everything', change)).toBe(true);
    expect(touches({ jobs: ['j1'] }, change)).toBe(true);
    expect(touches({ jobs: ['j2'], markets: [] }, change)).toBe(false);
    expect(touches({ nodes: ['n1'] }, change)).toBe(false);
    expect(touches({ jobs: 'any' }, change)).toBe(true);
    expect(touches({ nodes: 'any' }, change)).toBe(false);
  });

  it('of figures touches only who shows figures', () => {
    const counted = { many: false, figures: true, jobs: [], markets: [], nodes: [], listed: [] };
    expect(touches({ figures: true }, counted)).toBe(true);
    expect(touches('everything', counted)).toBe(true);
    expect(touches({ jobs: 'any' }, counted)).toBe(false);
    expect(touches({ figures: true }, change)).toBe(false);
  });

  it('that is too large to name touches everybody', () => {
    expect(touches({ jobs: ['j2'] }, { ...change, many: true })).toBe(true);
  });
});

describe('the next drawing', () => {
  it.each([
    [[], 0, 0],
    [[{ begunAt: 1_000, tookMs: 0 }], 1_250, 1_250],
    [[{ begunAt: 1_000, tookMs: 100 }], 1_250, 1_250],
    [[{ begunAt: 1_000, tookMs: 200 }], 1_400, 1_250],
    [[{ begunAt: 1_000, tookMs: 600 }], 3_000, 1_600],
    [[{ begunAt: 1_000, tookMs: 1_500 }], 4_000, 2_500],
  ])('after %o may begin at %d, at %d where rows are new', (drawings, at, withNewRows) => {
    expect(nextDrawingAt(drawings, false)).toBe(at);
    expect(nextDrawingAt(drawings, true)).toBe(withNewRows);
  });

  it('follows a few at once, and then waits until the first of too many is two seconds ago', () => {
    const quick = (begunAt: number) => ({ begunAt, tookMs: 150 });
    const few = [quick(1_000), quick(1_300), quick(1_600)];
    expect(nextDrawingAt(few, false)).toBe(1_900);
    const many = [...few, quick(1_900)];
    expect(nextDrawingAt(many, false)).toBe(3_000);
    expect(nextDrawingAt(many, true)).toBe(2_150);
    expect(recent(many, 3_250)).toEqual([quick(1_300), quick(1_600), quick(1_900)]);
  });

  it.each([60, 150, 400, 900])(
    'leaves the processor alone for most of a minute of changes (%d ms each)',
    (tookMs) => {
      let drawings: Drawing[] = [];
      let count = 0;
      for (let now = 0; now < 60_000; count++) {
        drawings = [...recent(drawings, now), { begunAt: now, tookMs }];
        now = Math.max(now + tookMs, nextDrawingAt(drawings, false));
      }
      expect(count * tookMs).toBeLessThan(0.5 * 60_000);
      expect(count * tookMs).toBeGreaterThan(0.15 * 60_000);
    },
  );
});

describe('keys', () => {
  const press = (key: string, rest = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...rest });

  it('search, help and go', () => {
    expect(readKey(press('/'), false, false)).toEqual({ do: 'search' });
    expect(readKey(press('?'), false, false)).toEqual({ do: 'help' });
    expect(readKey(press('g'), false, false)).toEqual({ do: 'await-letter' });
    expect(readKey(press('j'), true, false)).toEqual({ do: 'go', href: '/jobs' });
  });

  it('leave typing and the browser’s own alone', () => {
    expect(readKey(press('/'), false, true)).toEqual({ do: 'nothing' });
    expect(readKey(press('g', { ctrlKey: true }), false, false)).toEqual({ do: 'nothing' });
    expect(readKey(press('j'), false, false)).toEqual({ do: 'nothing' });
  });

  it('open the palette from anywhere', () => {
    expect(readKey(press('k', { metaKey: true }), false, true)).toEqual({ do: 'palette' });
  });
});
