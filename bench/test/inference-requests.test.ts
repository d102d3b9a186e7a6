import { expect, test } from 'vitest';
import { longRequests, MODEL_DIGITS, mixedRequests } from '../src/inference/requests.js';

test.each(Object.entries(MODEL_DIGITS))(
  'requests to %s are within what it was trained for',
  (model, most) => {
    for (const { prompt } of [...mixedRequests(model, 32), ...longRequests(model, 8)]) {
      const lengths = prompt.split('*').map((factor) => factor.length);
      expect(prompt).toMatch(/^[1-9]\d*\*[1-9]\d*$/);
      lengths.forEach((length, side) => {
        expect(length).toBeLessThanOrEqual(most[side] ?? 0);
      });
    }
  },
);

test('mixed requests are of many kinds and always the same; long ones are all as long as can be', () => {
  const mixed = mixedRequests('long-multiplication', 32);
  expect(mixed).toEqual(mixedRequests('long-multiplication', 32));
  expect(new Set(mixed.map(({ prompt }) => prompt)).size).toBe(32);
  expect(new Set(mixed.map(({ prompt }) => prompt.length)).size).toBeGreaterThan(5);
  expect(new Set(mixed.map(({ reasoning, temperature }) => `${reasoning} ${temperature}`)).size).toBe(4);
  for (const { prompt, reasoning } of longRequests('long-multiplication', 8)) {
    expect(prompt).toHaveLength(11);
    expect(reasoning).toBe(true);
  }
});
