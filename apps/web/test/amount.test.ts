import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactAmount, groupedInteger, shortAmount, shortCount } from '../src/format/amount';

const parse = (text: string): bigint => {
  const plain = text.replaceAll(',', '').replace('−', '-');
  const [whole = '0', fraction = ''] = plain.split('.');
  const value = BigInt(whole.replace('-', '')) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  return plain.startsWith('-') ? -value : value;
};
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('an exact amount', () => {
  it.each([
    [0n, '0.00'],
    [6_000_000n, '6.00'],
    [1_440_000n, '1.44'],
    [48n, '0.000048'],
    [1_234_567_890_123n, '1,234,567.890123'],
    [-1_500_000n, '−1.50'],
  ])('of %d base units is %s', (base, text) => {
    expect(exactAmount(base)).toBe(text);
  });

  it('loses no base unit', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
        (base) => parse(exactAmount(base)) === base,
      ),
    );
  });

  it('knows units without decimals', () => {
    expect(exactAmount(1_234n, 0)).toBe('1,234');
  });
});

describe('a short amount', () => {
  it.each([
    [48n, '0.000048', false],
    [1_234_567n, '1.234', true],
    [1_999_999n, '1.999', true],
    [6_000_000n, '6.00', false],
    [1_000_400n, '1.00', true],
  ])('of %d base units is %s', (base, digits, shortened) => {
    expect(shortAmount(base)).toEqual({ digits, shortened });
  });

  it('never claims more than there is, and hides less than its last place', () => {
    fc.assert(
      fc.property(u64, fc.integer({ min: 2, max: 5 }), (base, fraction) => {
        const { digits, shortened } = shortAmount(base, fraction);
        const shown = parse(digits);
        expect(shown <= base && base - shown < 10n ** BigInt(6 - fraction)).toBe(true);
        expect(shortened).toBe(shown !== base);
      }),
    );
  });

  it('never shows nothing where there is something', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 64n }), (base) => {
        expect(shortAmount(base).digits).toMatch(/[1-9]/);
      }),
    );
  });
});

describe('counts', () => {
  it('are grouped', () => {
    expect(groupedInteger(48_213)).toBe('48,213');
    expect(groupedInteger(-1_000n)).toBe('−1,000');
    expect(groupedInteger(7)).toBe('7');
  });

  it('are shortened when nobody would read the digits', () => {
    expect(shortCount(99_999)).toEqual({ digits: '99,999', unit: '' });
    expect(shortCount(482_130)).toEqual({ digits: '482', unit: 'k' });
    expect(shortCount(38_200_000)).toEqual({ digits: '38.2', unit: 'M' });
  });
});
