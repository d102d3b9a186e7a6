import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  afterAnswer,
  afterFailure,
  type Candidate,
  type EndpointHealth,
  lagsOf,
  rank,
  UNKNOWN_HEALTH,
} from '../../src/rpc/health.js';

const anyHealth: fc.Arbitrary<EndpointHealth> = fc.record({
  latencyMs: fc.option(fc.integer({ min: 1, max: 5_000 })),
  errorRate: fc.double({ min: 0, max: 1, noNaN: true }),
  failures: fc.nat(20),
  lagSlots: fc.nat(1_000),
  restsUntil: fc.nat(2_000),
});
const anyCandidate: fc.Arbitrary<Candidate> = fc.record({
  health: anyHealth,
  pressure: fc.double({ min: 0.1, max: 20, noNaN: true }),
  heldUntil: fc.nat(2_000),
});
const NOW = 1_000;

const sound = (health: Partial<EndpointHealth> = {}): Candidate => ({
  health: { ...UNKNOWN_HEALTH, ...health },
  pressure: 0.1,
  heldUntil: 0,
});

describe('rank', () => {
  it('names every endpoint once: sound ones, then doubtful ones, then those that asked to wait', () => {
    fc.assert(
      fc.property(fc.array(anyCandidate, { minLength: 1, maxLength: 6 }), (candidates) => {
        const order = rank(candidates, NOW, null);
        expect(order.toSorted()).toEqual(candidates.map((_, index) => index));
        const held = order.map((index) => (candidates[index]?.heldUntil ?? 0) > NOW);
        expect(held.lastIndexOf(false)).toBeLessThan(held.includes(true) ? held.indexOf(true) : held.length);
        const resting = order
          .map((index) => candidates[index])
          .filter((one) => one !== undefined && one.heldUntil <= NOW)
          .map((one) => (one?.health.restsUntil ?? 0) > NOW || (one?.health.lagSlots ?? 0) > 150);
        expect(resting).toEqual(resting.toSorted((left, right) => Number(left) - Number(right)));
      }),
    );
  });

  it('takes the better of two that differ in one way', () => {
    fc.assert(
      fc.property(anyHealth, fc.integer({ min: 1, max: 100 }), (health, more) => {
        const base = {
          ...health,
          restsUntil: 0,
          lagSlots: Math.min(health.lagSlots, 40),
          errorRate: health.errorRate / 2,
        };
        const worse = [
          { ...base, latencyMs: (base.latencyMs ?? 1_000) + more },
          { ...base, errorRate: base.errorRate + more / 250 },
          { ...base, lagSlots: base.lagSlots + 2 + more },
        ];
        for (const other of worse) expect(rank([sound(other), sound(base)], NOW, null)[0]).toBe(1);
      }),
    );
  });

  it('leaves the preferred one only for one that is clearly better, or when it has more than it can do', () => {
    const preferred = sound({ latencyMs: 100 });
    expect(rank([preferred, sound({ latencyMs: 90 })], NOW, 0)[0]).toBe(0);
    expect(rank([preferred, sound({ latencyMs: 40 })], NOW, 0)[0]).toBe(1);
    expect(rank([{ ...preferred, pressure: 8 }, sound({ latencyMs: 300 })], NOW, 0)[0]).toBe(1);
  });

  it('keeps to the order given while nothing is known', () => {
    expect(rank([sound(), sound(), sound()], NOW, null)).toEqual([0, 1, 2]);
  });
});

describe('health', () => {
  it('rests longer with every failure in a row, and an answer ends it', () => {
    let health = UNKNOWN_HEALTH;
    let before = 0;
    for (let failures = 0; failures < 12; failures++) {
      health = afterFailure(health, { code: 'unavailable', now: NOW, tookMs: 10 });
      const rest = health.restsUntil - NOW;
      expect(rest).toBeGreaterThanOrEqual(before);
      expect(rest).toBeLessThanOrEqual(30_000);
      before = rest;
    }
    expect(before).toBe(30_000);
    health = afterAnswer(health, 20);
    expect(health.restsUntil).toBeLessThan(NOW);
    expect(health.failures).toBe(0);
  });

  it('keeps its error rate between 0 and 1, and its latency within what was measured', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ok: fc.boolean(), took: fc.nat(5_000) }), { minLength: 1, maxLength: 50 }),
        (requests) => {
          const health = requests.reduce<EndpointHealth>(
            (state, { ok, took }) =>
              ok
                ? afterAnswer(state, took)
                : afterFailure(state, { code: 'unavailable', now: NOW, tookMs: took }),
            UNKNOWN_HEALTH,
          );
          expect(health.errorRate).toBeGreaterThanOrEqual(0);
          expect(health.errorRate).toBeLessThan(1);
          const times = requests.map(({ took }) => took);
          if (health.latencyMs !== null) {
            expect(health.latencyMs).toBeGreaterThanOrEqual(Math.min(...times));
            expect(health.latencyMs).toBeLessThanOrEqual(Math.max(...times));
          }
        },
      ),
    );
  });

  it('measures lag against the furthest', () => {
    expect(lagsOf([90n, null, 100n])).toEqual([10, null, 0]);
    expect(lagsOf([null])).toEqual([null]);
  });
});
