import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlockStatuses, createStatusIndex, SIGNATURE_BYTES } from '../src/chain/block-statuses.js';
import { createStatusCache } from '../src/chain/statuses.js';

const decode = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** Signatures by block, few of them different in the bytes that are hashed, so that places are taken. */
const chains = fc.array(
  fc.record({
    gap: fc.integer({ min: 1, max: 3 }),
    tails: fc.array(fc.record({ head: fc.integer({ min: 0, max: 3 }), failed: fc.boolean() }), {
      maxLength: 8,
    }),
  }),
  { maxLength: 8 },
);

function blocksOf(chain: typeof chains extends fc.Arbitrary<infer T> ? T : never) {
  let slot = 0;
  let number = 0;
  const known = new Map<string, { slot: number; index: number; err: 'AccountNotFound' | null }>();
  const blocks = chain.map(({ gap, tails }): BlockStatuses => {
    slot += gap;
    const signatures = tails.map(({ head, failed }, index) => {
      const signature = Buffer.alloc(SIGNATURE_BYTES);
      signature.writeUInt32LE(head, 0);
      number += 1;
      signature.writeUInt32LE(number, SIGNATURE_BYTES - 4);
      known.set(signature.toString('hex'), { slot, index, err: failed ? 'AccountNotFound' : null });
      return signature;
    });
    const errors = tails.flatMap(({ failed }, index) =>
      failed ? [[index, 'AccountNotFound'] as const] : [],
    );
    return { slot, signatures: Buffer.concat(signatures), errors: new Map(errors) };
  });
  return { blocks, known };
}

describe('the statuses of stored blocks', () => {
  it('are found by signature, and nothing else is', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const { blocks, known } = blocksOf(chain);
        const find = createStatusIndex(blocks);
        for (const [signature, status] of known) expect(find(decode(signature))).toEqual(status);
        const stranger = Buffer.alloc(SIGNATURE_BYTES);
        for (let head = 0; head < 5; head += 1) {
          stranger.writeUInt32LE(head, 0);
          expect(find(stranger)).toBeUndefined();
        }
        expect(find(new Uint8Array(3))).toBeUndefined();
      }),
    );
  });

  it('are forgotten with their slots', () => {
    fc.assert(
      fc.property(chains, fc.integer({ min: 0, max: 25 }), (chain, lowest) => {
        const { blocks, known } = blocksOf(chain);
        const cache = createStatusCache(blocks, decode);
        cache.forgetBelow(lowest);
        for (const [signature, status] of known) {
          expect(cache.find(signature)).toEqual(status.slot < lowest ? undefined : status);
        }
      }),
    );
  });
});
