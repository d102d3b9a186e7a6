import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deposit, paid, refund, SettlementError, settle } from '../src/settlement/settlement.js';

const MAX_U64 = 2n ** 64n - 1n;
const MAX_I64 = 2n ** 63n - 1n;
const u64 = fc.bigInt({ min: 0n, max: MAX_U64 });
const i64 = fc.bigInt({ min: -MAX_I64 - 1n, max: MAX_I64 });
const small = fc.bigInt({ min: 0n, max: 10n ** 9n });

/** What the program computes, or null where it aborts, by the words of its definition. */
function defined(price: bigint, timeout: bigint, start: bigint, end: bigint) {
  const used = end - start;
  const paidSeconds = used < timeout ? used : timeout;
  const inI64 = used >= -MAX_I64 - 1n && used <= MAX_I64;
  const full = price * timeout;
  const part = price * paidSeconds;
  const aborts =
    !inI64 || timeout < 0n || paidSeconds < 0n || full > MAX_U64 || part > MAX_U64 || part > full;
  return aborts ? null : { paid: part, refund: full - part };
}

describe('settle', () => {
  it('follows the definition for every u64 and i64, and throws exactly where the program aborts', () => {
    const anyTime = fc.oneof(i64, small);
    fc.assert(
      fc.property(fc.oneof(u64, small), anyTime, anyTime, anyTime, (price, timeout, start, end) => {
        const expected = defined(price, timeout, start, end);
        const actual = () => settle({ price, timeout }, { start, end });
        if (expected === null) expect(actual).toThrow(SettlementError);
        else expect(actual()).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('splits the deposit without loss, and pays more the longer the run, up to the timeout', () => {
    fc.assert(
      fc.property(small, small, small, small, small, (price, timeout, start, used, more) => {
        const terms = { price, timeout };
        const split = settle(terms, { start, end: start + used });
        expect(split.paid + split.refund).toBe(deposit(price, timeout));
        expect(paid(terms, { start, end: start + used + more }) >= split.paid).toBe(true);
        expect(refund(terms, { start, end: start + timeout + more })).toBe(0n);
      }),
    );
  });
});

describe('deposit', () => {
  it.each([
    ['negative seconds', 1n, -1n],
    ['a product beyond u64', 2n ** 33n, 2n ** 31n],
    ['a negative price', -1n, 1n],
    ['a price beyond u64', MAX_U64 + 1n, 1n],
    ['seconds beyond i64', 0n, MAX_I64 + 1n],
  ])('refuses %s', (_, price, seconds) => {
    expect(() => deposit(price, seconds)).toThrow(SettlementError);
  });

  it('takes the greatest product that fits', () => {
    expect(deposit(MAX_U64, 1n)).toBe(MAX_U64);
    expect(deposit(MAX_U64, 0n)).toBe(0n);
  });
});
