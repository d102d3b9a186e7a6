import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PREFILL_CHUNK } from '../src/generation/chunks.js';
import type { KvBlock } from '../src/generation/decoder.js';
import { createPrefixCache } from '../src/generation/prefix-cache.js';

const BYTES = 100;
/** A prompt of whole chunks, each named by a number, and one more token. */
const promptOf = (chunks: readonly number[]) => [
  ...chunks.flatMap((chunk) => new Array<number>(PREFILL_CHUNK).fill(chunk)),
  99,
];
const block = (name: string): KvBlock => ({
  tokens: PREFILL_CHUNK,
  bytes: BYTES,
  tensors: [Float32Array.from([...name].map(Number))],
});
const nameOf = ({ tensors }: KvBlock) => (tensors[0] ?? []).join('');

describe('the prefix cache', () => {
  const chunks = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 5 });

  it('gives only what belongs to the prompt, in order, within its bytes', () => {
    fc.assert(
      fc.property(fc.array(chunks, { maxLength: 40 }), fc.integer({ min: 0, max: 8 }), (prompts, room) => {
        const cache = createPrefixCache(room * BYTES);
        for (const prompt of prompts) {
          const found = cache.find(promptOf(prompt));
          expect(found.map(nameOf)).toEqual(found.map((_, i) => prompt.slice(0, i + 1).join('')));
          for (let count = found.length + 1; count <= prompt.length; count++) {
            const beginning = prompt.slice(0, count);
            cache.store(promptOf(beginning).slice(0, -1), block(beginning.join('')));
          }
          expect(cache.bytes).toBeLessThanOrEqual(room * BYTES);
          // What fits is there when it is asked for at once.
          expect(cache.find(promptOf(prompt))).toHaveLength(Math.min(prompt.length, room));
        }
      }),
    );
  });

  it('lets go what was not used for longest, the ends of prompts before their beginnings', () => {
    const cache = createPrefixCache(3 * BYTES);
    const store = (prompt: number[]) => cache.store(promptOf(prompt).slice(0, -1), block(prompt.join('')));
    const found = (prompt: number[]) => cache.find(promptOf(prompt)).length;
    store([1]);
    store([1, 2]);
    store([3]);
    expect(found([1, 2])).toBe(2);
    store([2]);
    expect([found([3]), found([1, 2]), found([2])]).toEqual([0, 2, 1]);
    store([3]);
    expect([found([1, 2]), found([2]), found([3])]).toEqual([1, 1, 1]);
  });

  it('leaves the last token of a prompt to be read', () => {
    const cache = createPrefixCache(3 * BYTES);
    const whole = promptOf([1]).slice(0, -1);
    cache.store(whole, block('1'));
    expect(cache.find(whole)).toHaveLength(0);
    expect(cache.find([...whole, 5])).toHaveLength(1);
  });
});
