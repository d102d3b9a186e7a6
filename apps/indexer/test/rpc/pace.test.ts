import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FIRST_PACE, nextPace, PACE_BOUNDS, type Pace, type PaceEvent } from '../../src/rpc/pace.js';

const times = fc.record({ startedAt: fc.nat(10_000), took: fc.nat(5_000) });
const anyEvent: fc.Arbitrary<PaceEvent> = fc
  .tuple(
    times,
    fc.oneof(
      fc.record({
        outcome: fc.constant('answered' as const),
        kind: fc.constantFrom('a', 'b'),
        pressed: fc.boolean(),
      }),
      fc.record({ outcome: fc.constant('too_many' as const), perSecond: fc.nat(5_000) }),
      fc.record({ outcome: fc.constant('failed' as const) }),
    ),
  )
  .map(([{ startedAt, took }, event]) => ({ ...event, startedAt, at: startedAt + took }));

const anyPace = fc
  .array(anyEvent, { maxLength: 80 })
  .map((events) => events.reduce<Pace>((pace, event) => nextPace(pace, event), FIRST_PACE));

describe('nextPace', () => {
  it('stays within its bounds', () => {
    fc.assert(
      fc.property(anyPace, ({ window, perSecond }) => {
        expect(window).toBeGreaterThanOrEqual(PACE_BOUNDS.minWindow);
        expect(window).toBeLessThanOrEqual(PACE_BOUNDS.maxWindow);
        expect(perSecond).toBeGreaterThanOrEqual(PACE_BOUNDS.minPerSecond);
        expect(perSecond === Number.POSITIVE_INFINITY || perSecond <= PACE_BOUNDS.maxPerSecond).toBe(true);
      }),
    );
  });

  it('never goes faster after a failure, and slower after a new one unless it is at its slowest', () => {
    fc.assert(
      fc.property(anyPace, anyEvent, (pace, event) => {
        if (event.outcome === 'answered') return;
        const next = nextPace(pace, event);
        expect(next.window).toBeLessThanOrEqual(pace.window);
        expect(next.perSecond).toBeLessThanOrEqual(pace.perSecond);
        const isNews = event.startedAt >= pace.slowedAt;
        expect(next.window < pace.window).toBe(isNews && pace.window > PACE_BOUNDS.minWindow);
      }),
    );
  });

  it('counts many failures of one moment once', () => {
    const failed = (startedAt: number): PaceEvent => ({ outcome: 'failed', startedAt, at: 100 });
    const once = nextPace({ ...FIRST_PACE, window: 16 }, failed(0));
    expect(once.window).toBe(8);
    expect(nextPace(nextPace(once, failed(1)), failed(99))).toEqual(once);
    expect(nextPace(once, failed(100)).window).toBe(4);
  });

  it('grows by one for a window of answers, and only when requests wait', () => {
    const answered = (pressed: boolean): PaceEvent => ({
      outcome: 'answered',
      startedAt: 0,
      at: 10,
      kind: 'a',
      pressed,
    });
    let pace: Pace = { ...FIRST_PACE, window: 8 };
    expect(nextPace(pace, answered(false)).window).toBe(8);
    for (let count = 0; count < 8; count++) pace = nextPace(pace, answered(true));
    expect(pace.window).toBeGreaterThan(8.8);
    expect(pace.window).toBeLessThan(9.1);
  });

  it('slows down for answers that stood in a queue, each kind by its own measure', () => {
    const answered = (kind: string, startedAt: number, took: number): PaceEvent => ({
      outcome: 'answered',
      startedAt,
      at: startedAt + took,
      kind,
      pressed: true,
    });
    const known = nextPace(
      nextPace({ ...FIRST_PACE, window: 10 }, answered('slot', 0, 10)),
      answered('batch', 0, 400),
    );
    expect(nextPace(known, answered('batch', 1_000, 500)).window).toBeGreaterThan(known.window);
    expect(nextPace(known, answered('slot', 1_000, 500)).window).toBeLessThan(known.window);
  });

  it('leaves a slow server a few requests at once, and goes on from fewer', () => {
    const slow = (pace: Pace, startedAt: number): Pace =>
      nextPace(pace, { outcome: 'answered', startedAt, at: startedAt + 900, kind: 'slot', pressed: true });
    const quick: PaceEvent = { outcome: 'answered', startedAt: 0, at: 2, kind: 'slot', pressed: false };
    const slowed = (window: number): number => {
      let pace = nextPace({ ...FIRST_PACE, window }, quick);
      for (let count = 1; count <= 50; count++) pace = slow(pace, 1_000 * count);
      return pace.window;
    };
    expect(slowed(20)).toBe(8);
    expect(slowed(2)).toBe(2);
  });
});

/** A server that answers so many at once and a second, in simulated time; gives the pace and the share refused. */
function simulate(server: { atOnce: number; perSecond: number; tookMs: number }, seconds: number) {
  let pace = FIRST_PACE;
  let now = 0;
  let sent = 0;
  let refused = 0;
  let done = 0;
  let nextStart = 0;
  let inFlight: { startedAt: number; endsAt: number; ok: boolean }[] = [];
  const starts: number[] = [];
  const lastSecond = (): number => {
    while ((starts[0] ?? now) <= now - 1_000) starts.shift();
    return starts.length;
  };
  for (; now < seconds * 1_000; now++) {
    for (const request of inFlight.filter(({ endsAt }) => endsAt <= now)) {
      const { startedAt } = request;
      if (request.ok) done++;
      pace = nextPace(
        pace,
        request.ok
          ? { outcome: 'answered', startedAt, at: now, kind: 'a', pressed: true }
          : { outcome: 'too_many', startedAt, at: now, perSecond: lastSecond() },
      );
    }
    inFlight = inFlight.filter(({ endsAt }) => endsAt > now);
    while (inFlight.length < Math.floor(pace.window) && now >= Math.max(nextStart, pace.resumeAt)) {
      const ok = inFlight.length < server.atOnce && lastSecond() < server.perSecond;
      inFlight.push({ startedAt: now, endsAt: now + (ok ? server.tookMs : 5), ok });
      sent++;
      if (!ok) refused++;
      starts.push(now);
      nextStart = now + 1_000 / pace.perSecond;
    }
  }
  return { perSecond: done / seconds, refusedShare: refused / sent };
}

describe('a pace against a server', () => {
  it.each([
    { atOnce: 10, perSecond: 10_000, tookMs: 100, most: 100 },
    { atOnce: 1_000, perSecond: 40, tookMs: 20, most: 40 },
    { atOnce: 1_000, perSecond: 5, tookMs: 50, most: 5 },
    { atOnce: 1_000, perSecond: 10_000, tookMs: 100, most: 320 },
  ])('finds what %o takes', ({ most, ...server }) => {
    const { perSecond, refusedShare } = simulate(server, 60);
    expect(perSecond).toBeGreaterThan(most * 0.6);
    expect(refusedShare).toBeLessThan(0.1);
  });
});
