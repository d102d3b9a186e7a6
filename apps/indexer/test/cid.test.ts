import { cidFromDigest } from '@inferscan/storage';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cidOf } from '../src/store/cid.js';

const anyDigest = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('the CID of a digest', () => {
  it('is the one that the content store gives it', () => {
    fc.assert(
      fc.property(anyDigest, (digest) => {
        expect(cidOf(Buffer.from(digest).toString('hex'))).toBe(cidFromDigest(digest));
      }),
      {
        numRuns: 2_000,
        examples: [[new Uint8Array(32)], [new Uint8Array(32).fill(255)]],
      },
    );
  });

  it.each(['', 'ab', 'zz'.repeat(32), '00'.repeat(33)])('is none for %j', (text) => {
    expect(() => cidOf(text)).toThrow(RangeError);
  });
});
