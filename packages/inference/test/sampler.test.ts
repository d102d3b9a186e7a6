import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniformAt } from '../src/sampling/random.js';
import { argmax, candidates, sampleToken } from '../src/sampling/sampler.js';

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

describe('candidates', () => {
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
