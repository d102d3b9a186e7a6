import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniformAt } from '../src/sampling/random.js';
import { argmax, candidates, type SamplingRule, sampleToken } from '../src/sampling/sampler.js';

const logits = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 60 });
const rule = fc.record({
  temperature: fc.double({ min: 0.05, max: 5, noNaN: true }),
  topK: fc.integer({ min: 0, max: 70 }),
  topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
  minP: fc.double({ min: 0, max: 1, noNaN: true }),
});
const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function softmax(values: readonly number[], temperature: number): number[] {
  const peak = Math.max(...values);
  const weights = values.map((value) => Math.exp((value - peak) / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** All tokens that topK leaves, in order, by sorting them. */
function sortedTokens(values: readonly number[], { temperature, topK }: SamplingRule) {
  const sorted = values
    .map((value, id) => ({ id, value }))
    .sort((a, b) => b.value - a.value)
    .slice(0, topK || values.length);
  const peak = sorted[0]?.value ?? 0;
  return sorted.map(({ id, value }) => ({ id, weight: Math.exp((value - peak) / temperature) }));
}

describe('candidates', () => {
  it('are those that sorting gives, of many tokens and of many alike', () => {
    const many = fc.oneof(
      fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 200, maxLength: 900 }),
      fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 200, maxLength: 900 }),
    );
    void fc.assert(
      fc.property(many, rule, uniform, (values, by, u) => {
        const found = candidates(values, by);
        const sorted = sortedTokens(values, by);
        const kept = sorted.slice(0, found.length);
        expect(found.map(({ id }) => id)).toEqual(kept.map(({ id }) => id));
        const sum = (tokens: typeof sorted) => tokens.reduce((total, { weight }) => total + weight, 0);
        // Sums in another order differ by rounding, and what weighs less than that is left out.
        const [mass, next] = [sum(kept), sorted[found.length]];
        const enough = by.topP * sum(sorted);
        const isEnd =
          next === undefined || next.weight < Math.max(by.minP, 1e-20) || mass > enough * (1 - 1e-12);
        expect(isEnd).toBe(true);
        if (kept.length > 1) {
          expect(kept.at(-1)?.weight).toBeGreaterThan(by.minP * (1 - 1e-12));
          expect(sum(kept.slice(0, -1))).toBeLessThan(enough * (1 + 1e-12));
        }
        for (const [at, { probability }] of found.entries())
          expect(probability).toBeCloseTo((kept[at]?.weight ?? 0) / mass, 12);
        const drawn = sampleToken(values, by, u);
        const place = kept.findIndex(({ id }) => id === drawn);
        expect(place).toBeGreaterThanOrEqual(0);
        expect(u).toBeGreaterThan(sum(kept.slice(0, place)) / mass - 1e-12);
        expect(u).toBeLessThan(sum(kept.slice(0, place + 1)) / mass + 1e-12);
      }),
    );
  });

  it('have probabilities that sum to 1 and fall from first to last', () => {
    void fc.assert(
      fc.property(logits, rule, (values, by) => {
        const found = candidates(values, by);
        expect(found.reduce((sum, c) => sum + c.probability, 0)).toBeCloseTo(1, 9);
        found.forEach((c, i) => {
          expect(c.probability).toBeLessThanOrEqual(found[i - 1]?.probability ?? 1);
        });
      }),
    );
  });

  it('are at most topK, the most likely ones, and never none', () => {
    void fc.assert(
      fc.property(logits, rule, (values, by) => {
        const found = candidates(values, by);
        expect(found.length).toBeGreaterThan(0);
        if (by.topK > 0) expect(found.length).toBeLessThanOrEqual(by.topK);
        const lowest = Math.min(...found.map((c) => values[c.id] ?? 0));
        const left = values.filter((_, id) => !found.some((c) => c.id === id));
        for (const value of left) expect(value).toBeLessThanOrEqual(lowest);
      }),
    );
  });

  it('are the fewest that reach topP', () => {
    void fc.assert(
      fc.property(logits, rule, (values, by) => {
        const found = candidates(values, { ...by, topK: 0, minP: 0 });
        const full = softmax(values, by.temperature);
        const mass = (ids: number[]) => ids.reduce((sum, id) => sum + (full[id] ?? 0), 0);
        const ids = found.map((c) => c.id);
        expect(mass(ids)).toBeGreaterThanOrEqual(by.topP - 1e-9);
        expect(mass(ids.slice(0, -1))).toBeLessThan(by.topP + 1e-9);
      }),
    );
  });
});

describe('sampleToken', () => {
  it('takes the first of the largest logits at temperature 0', () => {
    void fc.assert(
      fc.property(logits, rule, uniform, (values, by, u) => {
        const id = sampleToken(values, { ...by, temperature: 0 }, u);
        expect(id).toBe(values.indexOf(Math.max(...values)));
        expect(id).toBe(argmax(values));
      }),
    );
  });

  it.each([
    ['no number', [1, Number.NaN, 2]],
    ['infinite', [1, Number.POSITIVE_INFINITY]],
    ['nothing that may come', [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ])('takes a token where a logit is %s', (_, values) => {
    const by = { temperature: 1, topK: 0, topP: 0.9, minP: 0 };
    expect(sampleToken(values, by, 0.5)).toBe(argmax(values));
    expect(candidates(values, by)).toEqual([{ id: argmax(values), probability: 1 }]);
  });

  it('takes the most likely one at the lowest temperature there is', () => {
    const by = { temperature: Number.MIN_VALUE, topK: 0, topP: 1, minP: 0 };
    expect(sampleToken([1, 3, 2], by, 1 - 2 ** -53)).toBe(1);
  });

  it('draws any of many tokens that are all alike', () => {
    const values = new Float32Array(150_000);
    const by = { temperature: 10, topK: 0, topP: 1, minP: 0 };
    for (const u of [0, 0.25, 0.75, 1 - 2 ** -53]) {
      expect(Math.abs(sampleToken(values, by, u) - Math.floor(u * 150_000))).toBeLessThanOrEqual(1);
    }
    expect(sampleToken(values, { ...by, topK: 100_000 }, 1 - 2 ** -53)).toBe(99_999);
  });

  it('draws only candidates', () => {
    void fc.assert(
      fc.property(logits, rule, uniform, (values, by, u) => {
        const ids = candidates(values, by).map((c) => c.id);
        expect(ids).toContain(sampleToken(values, by, u));
      }),
    );
  });

  it('draws as often as the probabilities say, within 5 standard deviations', () => {
    const values = [2, 1, 0.5, -1];
    const by = { temperature: 0.8, topK: 3, topP: 1, minP: 0 };
    const n = 20_000;
    const counts = new Map<number, number>();
    for (let position = 0; position < n; position++) {
      const id = sampleToken(values, by, uniformAt(3, position));
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2]);
    for (const { id, probability } of candidates(values, by)) {
      const deviation = Math.sqrt(n * probability * (1 - probability));
      expect(Math.abs((counts.get(id) ?? 0) - n * probability)).toBeLessThan(5 * deviation);
    }
  });
});
