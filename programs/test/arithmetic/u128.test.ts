import {
  AccountRole,
  getStructEncoder,
  getU8Encoder,
  getU64Encoder,
  getU128Decoder,
  getU128Encoder,
} from '@solana/kit';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../toolchain/compile.mjs';
import { link } from '../../toolchain/link.mjs';
import { ROOT } from '../../toolchain/programs.mjs';
import { createAddressSource } from '../support/addresses.js';
import { type Chain, createEmptyChain } from '../support/chain.js';
import { isCompilerMissing } from '../support/compiler.js';
import { expectPanic } from '../support/expectations.js';

const LIMIT = 1n << 128n;
const addresses = createAddressSource();
const [program, result, payer] = [addresses.next(), addresses.next(), addresses.next()];

let chain: Chain;
const encoder = getStructEncoder([
  ['discriminator', getU64Encoder()],
  ['operation', getU8Encoder()],
  ['left', getU128Encoder()],
  ['right', getU128Encoder()],
]);

const calculate = (operation: number, left: bigint, right: bigint) =>
  chain.send(payer, [
    {
      programAddress: program,
      accounts: [{ address: result, role: AccountRole.WRITABLE }],
      data: encoder.encode({ discriminator: 0n, operation, left, right }),
    },
  ]);

/** Numbers of every size, and those at the edges of words and half words. */
const number = fc.oneof(
  fc.bigInt({ min: 0n, max: LIMIT - 1n }),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc
    .tuple(fc.integer({ min: 0, max: 127 }), fc.constantFrom(-1n, 0n, 1n))
    .map(([bits, off]) => (1n << BigInt(bits)) + off),
  fc.constantFrom(0n, 1n, LIMIT - 1n, (1n << 64n) - 1n, 1n << 64n, 10n ** 15n, 10_512_000n),
  fc
    .tuple(fc.bigInt({ min: 1n, max: LIMIT - 1n }), fc.integer({ min: 0, max: 127 }))
    .map(([n, by]) => n >> BigInt(by)),
);

interface Operation {
  readonly name: string;
  readonly code: number;
  /** The exact result, or why there is none. */
  readonly exact: (left: bigint, right: bigint) => bigint | string;
}

const fits = (value: bigint, otherwise: string, limit = LIMIT): bigint | string =>
  value >= 0n && value < limit ? value : otherwise;

const OPERATIONS: readonly Operation[] = [
  { name: 'add', code: 0, exact: (a, b) => fits(a + b, 'attempt to add with overflow') },
  { name: 'subtract', code: 1, exact: (a, b) => fits(a - b, 'attempt to subtract with overflow') },
  { name: 'multiply', code: 2, exact: (a, b) => fits(a * b, 'attempt to multiply with overflow') },
  { name: 'divide', code: 3, exact: (a, b) => (b === 0n ? 'attempt to divide by zero' : a / b) },
  { name: 'compare', code: 4, exact: (a, b) => (a >= b ? 1n : 0n) },
  { name: 'narrow', code: 5, exact: (a) => fits(a, 'a number of more than 64 bits', 1n << 64n) },
];

function expectExact({ code, exact }: Operation, left: bigint, right: bigint): void {
  const expected = exact(left, right);
  const outcome = calculate(code, left, right);
  if (typeof expected === 'string') expectPanic(outcome, expected);
  else {
    expect(outcome.failure).toBeUndefined();
    expect(getU128Decoder().decode(chain.dataOf(result))).toBe(expected);
  }
}

describe.skipIf(isCompilerMissing)('arithmetic of 128 bits', () => {
  beforeAll(() => {
    chain = createEmptyChain([[program, link(compile(ROOT, 'test/arithmetic/arithmetic.c'))]]);
    chain.fund(payer);
    chain.putAccount(result, program, new Uint8Array(16));
  });

  for (const operation of OPERATIONS) {
    it(`${operation.name}: as BigInt, or aborts`, () => {
      fc.assert(
        fc.property(number, number, (left, right) => expectExact(operation, left, right)),
        { numRuns: 1_000 },
      );
    });
  }

  it('multiply: products around the limit', () => {
    const factor = fc.bigInt({ min: 1n, max: LIMIT - 1n });
    fc.assert(
      fc.property(factor, fc.constantFrom(-1n, 0n, 1n), (left, off) => {
        const right = (LIMIT - 1n) / left + off;
        if (right >= 0n && right < LIMIT) expectExact(OPERATIONS[2] as Operation, left, right);
      }),
      { numRuns: 500 },
    );
  });

  it('divide: the rest is smaller than the divisor', () => {
    fc.assert(
      fc.property(number, number, number, (quotient, divisor, rest) => {
        if (divisor === 0n) return;
        const dividend = quotient * divisor + (rest % divisor);
        if (dividend < LIMIT) expectExact(OPERATIONS[3] as Operation, dividend, divisor);
      }),
      { numRuns: 500 },
    );
  });

  it('takes some thousand compute units at most', () => {
    for (const [left, right] of [
      [LIMIT - 1n, 1n],
      [LIMIT - 1n, (1n << 64n) + 1n],
    ] as const)
      expect(calculate(3, left, right).computeUnits).toBeLessThan(5_000n);
  });
});
