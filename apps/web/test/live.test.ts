import { describe, expect, it } from 'vitest';
import { healthOf, touches } from '../src/features/live/lib/health';
import { nextDrawingAt } from '../src/features/live/lib/rest';
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
    [null, 0, 0],
    [{ begunAt: 1_000, tookMs: 0 }, 1_250, 1_250],
    [{ begunAt: 1_000, tookMs: 50 }, 1_250, 1_250],
    [{ begunAt: 1_000, tookMs: 100 }, 1_400, 1_250],
    [{ begunAt: 1_000, tookMs: 600 }, 3_400, 1_600],
  ])('after %o may begin at %d, at %d where rows are new', (last, at, withNewRows) => {
    expect(nextDrawingAt(last, false)).toBe(at);
    expect(nextDrawingAt(last, true)).toBe(withNewRows);
  });
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
