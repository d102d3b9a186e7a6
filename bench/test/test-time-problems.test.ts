import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { heldOutProblems, isHeldOut } from '../src/inference/test-time/problems.js';

const outputs = JSON.parse(
  readFileSync(new URL('../../models/arithmetic/greedy-outputs.json', import.meta.url), 'utf8'),
) as { prompt: string }[];

test("what the models' own files call held out is held out here, and few other pairs are", () => {
  const pairs = outputs.map(({ prompt }) => prompt.split('*').map(Number) as [number, number]);
  expect(pairs.length).toBeGreaterThan(50);
  expect(pairs.every(([a, b]) => isHeldOut(a, b) && isHeldOut(b, a))).toBe(true);
  const held = Array.from({ length: 900 }, (_, at) => isHeldOut(100 + at, 37)).filter(Boolean).length;
  expect(held).toBeGreaterThan(20);
  expect(held).toBeLessThan(80);
});

test('problems have so many digits, and are always the same', () => {
  const problems = heldOutProblems([5, 5], 30);
  expect(problems).toEqual(heldOutProblems([5, 5], 30));
  expect(new Set(problems.map(({ prompt }) => prompt)).size).toBe(30);
  for (const { prompt, product } of problems) {
    expect(prompt).toMatch(/^[1-9]\d{4}\*[1-9]\d{4}$/);
    const [a = 0, b = 0] = prompt.split('*').map(Number);
    expect(Number(product)).toBe(a * b);
  }
});

test('other problems than the first are asked for by leaving those out', () => {
  const all = heldOutProblems([3, 3], 40);
  expect(heldOutProblems([3, 3], 10, 30)).toEqual(all.slice(30));
});
