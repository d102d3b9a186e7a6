import type { ChainInstruction, ChainTransaction, TokenBalanceChange } from '@inferscan/protocol';
import { type Address, getAddressDecoder } from '@solana/kit';
import fc from 'fast-check';

/** Plain objects, as those that are read. */
const PLAIN = { noNullPrototype: true };

const decoder = getAddressDecoder();
const MAX_U64 = 2n ** 64n - 1n;

/** Few addresses, so that they repeat, of every length that base58 has. */
const ADDRESSES: readonly Address[] = Array.from({ length: 30 }, (_, seed) =>
  decoder.decode(
    Uint8Array.from({ length: 32 }, (_, place) => (place < seed % 5 ? 0 : (seed * 37 + place * 11) % 256)),
  ),
);
const anyAddress = fc.constantFrom(...ADDRESSES);
const anyU64 = fc.oneof(fc.bigInt({ min: 0n, max: 1_000_000n }), fc.bigInt({ min: 0n, max: MAX_U64 }));
const anySignature = fc.string({
  unit: fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'),
  minLength: 64,
  maxLength: 88,
});

const anyCall = fc.record(
  {
    programId: anyAddress,
    accounts: fc.array(anyAddress, { maxLength: 8 }),
    data: fc.uint8Array({ maxLength: 60 }),
  },
  PLAIN,
);
const anyInstructions: fc.Arbitrary<ChainInstruction[]> = fc
  .array(fc.tuple(anyCall, fc.array(fc.tuple(anyCall, fc.nat(5)), { maxLength: 4 })), { maxLength: 5 })
  .map((tops) =>
    tops.flatMap(([call, inner], top) => [
      { ...call, path: [top] as const, stackHeight: 1 },
      ...inner.map(([called, stackHeight], place) => ({
        ...called,
        path: [top, place] as const,
        stackHeight,
      })),
    ]),
  );
const anyBalance: fc.Arbitrary<TokenBalanceChange> = fc.record(
  {
    account: anyAddress,
    mint: anyAddress,
    owner: fc.option(anyAddress),
    before: fc.option(anyU64),
    after: fc.option(anyU64),
  },
  PLAIN,
);

/** Any transaction that a source may deliver, but for its place. */
const anyTransaction: fc.Arbitrary<Omit<ChainTransaction, 'slot' | 'index'>> = fc.record(
  {
    signature: anySignature,
    blockTime: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    error: fc.option(fc.json()),
    feePayer: anyAddress,
    fee: anyU64,
    instructions: anyInstructions,
    tokenBalances: fc.array(anyBalance, { maxLength: 3 }),
  },
  PLAIN,
);

/** Transactions of slots in a range, in chain order. */
export const anyHistory = (
  from: number,
  to: number,
  most: number,
  least = 0,
): fc.Arbitrary<ChainTransaction[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: from, max: to }), fc.nat(3), anyTransaction), {
      minLength: least,
      maxLength: most,
    })
    .map((entries) => {
      const last = new Map<number, number>();
      return entries
        .toSorted(([left], [right]) => left - right)
        .map(([slot, skip, rest]) => {
          const index = (last.get(slot) ?? -1) + 1 + skip;
          last.set(slot, index);
          return { ...rest, slot: BigInt(slot), index };
        });
    });
