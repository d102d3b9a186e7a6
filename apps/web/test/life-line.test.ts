import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divisionNow, horizon, shareOf } from '../src/components/life-line/escrow';
import {
  axisTicks,
  type Life,
  lifeGeometry,
  lifeSpans,
  niceSeconds,
  sharedAxis,
  THINNEST,
} from '../src/components/life-line/geometry';
import { lifeText } from '../src/components/life-line/text';

const NOW = 1_800_000_000;
const seconds = fc.integer({ min: 0, max: 100_000 });

/** Any life: waiting, running or over; the clocks may disagree by some seconds. */
const anyLife: fc.Arbitrary<Life> = fc
  .record({
    age: seconds,
    wait: fc.integer({ min: -5, max: 50_000 }),
    run: fc.integer({ min: -5, max: 50_000 }),
    timeout: fc.integer({ min: 1, max: 86_400 }),
    stage: fc.constantFrom('waiting', 'running', 'over', 'taken back'),
  })
  .map(({ age, wait, run, timeout, stage }) => {
    const listedAt = NOW - age;
    const startedAt = stage === 'running' || stage === 'over' ? listedAt + wait : null;
    const endedAt =
      stage === 'over' ? listedAt + wait + run : stage === 'taken back' ? listedAt + wait : null;
    return { listedAt, startedAt, endedAt, timeout };
  });

describe('the geometry of a life', () => {
  it('lies side by side and inside, whatever the life and the axis', () => {
    fc.assert(
      fc.property(anyLife, fc.integer({ min: 1, max: 90_000 }), (life, axis) => {
        const { wait, run, remaining, end } = lifeGeometry(lifeSpans(life, NOW), axis);
        expect(wait.x).toBe(0);
        expect(run.x).toBeCloseTo(wait.x + wait.width);
        expect(end).toBeCloseTo(run.x + run.width);
        expect(remaining.x).toBeCloseTo(end);
        for (const part of [wait, run, remaining]) {
          expect(part.width).toBeGreaterThanOrEqual(0);
          expect(part.x + part.width).toBeLessThanOrEqual(100 + 1e-9);
        }
      }),
    );
  });

  it('shows every span that is there', () => {
    const life = { listedAt: NOW - 1_001, startedAt: NOW - 1_000, endedAt: NOW, timeout: 2_000 };
    const { wait, run } = lifeGeometry(lifeSpans(life, NOW), 1_200);
    expect(wait.width).toBe(THINNEST);
    expect(run.width).toBeCloseTo((1_000 / 1_200) * 100);
  });

  it('shows a run that fell within one second of the chain’s clock', () => {
    const life = { listedAt: NOW, startedAt: NOW, endedAt: NOW, timeout: 60 };
    expect(lifeGeometry(lifeSpans(life, NOW), 5).run.width).toBe(THINNEST);
    expect(lifeText(lifeSpans(life, NOW), 'done')).toBe('Waited 0 s, ran under 1 s.');
  });

  it('breaks what is longer than the axis', () => {
    const life = { listedAt: NOW - 500, startedAt: NOW - 500, endedAt: NOW, timeout: 600 };
    expect(lifeGeometry(lifeSpans(life, NOW), 120).broken).toBe(true);
    expect(lifeGeometry(lifeSpans(life, NOW), 600).broken).toBe(false);
  });

  it('grows with time while it runs', () => {
    const life = { listedAt: NOW - 100, startedAt: NOW - 90, endedAt: null, timeout: 600 };
    const ends = [NOW, NOW + 1, NOW + 60].map((now) => lifeGeometry(lifeSpans(life, now), 600).end);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(new Set(ends).size).toBe(3);
  });
});

describe('axes', () => {
  it('hold nine of ten lives on a readable length', () => {
    const short = Array.from({ length: 9 }, () => ({
      listedAt: NOW - 8,
      startedAt: NOW - 7,
      endedAt: NOW,
      timeout: 60,
    }));
    const long = { listedAt: NOW - 7_000, startedAt: NOW - 7_000, endedAt: NOW, timeout: 9_000 };
    expect(sharedAxis([...short, long], NOW)).toBe(10);
    expect(sharedAxis([], NOW)).toBe(5);
  });

  it('are never shorter than what they hold and have few ticks, all inside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000 }), (length) => {
        const axis = niceSeconds(length);
        expect(axis).toBeGreaterThanOrEqual(length);
        const ticks = axisTicks(axis);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.every((tick) => tick >= 0 && tick <= axis)).toBe(true);
      }),
    );
  });

  it('of the full life line always hold the life', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const spans = lifeSpans(life, NOW);
        expect(horizon(life, spans)).toBeGreaterThanOrEqual(spans.wait + spans.run);
        expect(horizon(life, spans)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the escrow', () => {
  const escrow = (deposited: bigint, price: bigint) => ({ deposited, price, paid: 0n, refunded: 0n });

  it('is divided without a rest while a job is open', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 63n }),
        fc.bigInt({ min: 0n, max: 2n ** 40n }),
        seconds,
        (deposited, price, run) => {
          const life = { listedAt: NOW - run, startedAt: NOW - run, endedAt: null, timeout: 600 };
          const { earned, left } = divisionNow(escrow(deposited, price), lifeSpans(life, NOW));
          expect(earned + left).toBe(deposited);
          expect(earned >= 0n && left >= 0n).toBe(true);
        },
      ),
    );
  });

  it('is what the chain paid once the job is over', () => {
    const life = { listedAt: NOW - 9, startedAt: NOW - 9, endedAt: NOW, timeout: 600 };
    const settled = { deposited: 6n, price: 1n, paid: 2n, refunded: 4n };
    expect(divisionNow(settled, lifeSpans(life, NOW))).toEqual({ earned: 2n, left: 4n });
  });

  it('has shares from 0 to 100', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -5n, max: 2n ** 64n }),
        fc.bigInt({ min: -5n, max: 2n ** 64n }),
        (part, whole) => {
          const share = shareOf(part, whole);
          expect(share >= 0 && share <= 100).toBe(true);
        },
      ),
    );
    expect(shareOf(1_440_000n, 6_000_000n)).toBe(24);
  });
});

it('tells a life to those who do not see it', () => {
  const life = { listedAt: NOW - 92, startedAt: NOW - 72, endedAt: null, timeout: 300 };
  expect(lifeText(lifeSpans(life, NOW), 'running')).toBe(
    'Waited 20 s, running for 1 m 12 s, at most 3 m 48 s more.',
  );
  expect(lifeText(lifeSpans({ ...life, startedAt: null }, NOW), 'waiting')).toBe('Waiting for 1 m 32 s.');
});
