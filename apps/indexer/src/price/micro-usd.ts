const DECIMAL = /^(\d{1,30})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,2}))?$/;
const DECIMALS = 6;
/** A million USD. */
const MAX = 10n ** 12n;

/**
 * Micro-USD of a price written as a decimal number, half a micro-USD rounded up. The digits are taken as they stand: no
 * float takes part. null for anything that is no price, nothing at all and what is beyond all reason included.
 */
export function microUsd(text: string): bigint | null {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const places = fraction.length - Number(exponent) - DECIMALS;
  const digits = BigInt(whole + fraction);
  const value =
    places <= 0 ? digits * 10n ** BigInt(-places) : roundedQuotient(digits, 10n ** BigInt(places));
  return value > 0n && value <= MAX ? value : null;
}

const roundedQuotient = (value: bigint, by: bigint): bigint => (value + by / 2n) / by;
