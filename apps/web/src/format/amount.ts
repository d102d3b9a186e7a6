/** 1 NOS = 10^6 base units. */
const NOS_DECIMALS = 6;

export interface AmountText {
  /** Digits with grouped thousands; a minus sign for negative amounts. */
  digits: string;
  /** Whether digits behind the last one shown were left out. */
  shortened: boolean;
}

const group = (whole: string): string => whole.replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * An amount of base units as text, exact: every digit that is not a trailing zero, and at least two decimals.
 * No arithmetic but on integers, so nothing is ever rounded.
 */
export function exactAmount(base: bigint, decimals: number = NOS_DECIMALS): string {
  const negative = base < 0n;
  const digits = (negative ? -base : base).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const shown = fraction.padEnd(Math.min(2, decimals), '0');
  return `${negative ? '−' : ''}${group(whole)}${shown === '' ? '' : `.${shown}`}`;
}

/**
 * An amount short enough for a table: at most `fraction` decimals, cut and not rounded, so that it never claims
 * more than there is. Where fewer than two digits would be left the amount stays exact: 0.000048, not 0.00004.
 */
export function shortAmount(base: bigint, fraction = 3, decimals: number = NOS_DECIMALS): AmountText {
  const exact = exactAmount(base, decimals);
  const point = exact.indexOf('.');
  if (point < 0 || exact.length - point - 1 <= fraction) return { digits: exact, shortened: false };
  const cut = exact.slice(0, point + 1 + fraction);
  if (cut.replace(/[^\d]/g, '').replace(/^0+/, '').length < 2) return { digits: exact, shortened: false };
  const dot = cut.indexOf('.');
  const fractionDigits = cut
    .slice(dot + 1)
    .replace(/0+$/, '')
    .padEnd(2, '0');
  return { digits: `${cut.slice(0, dot)}.${fractionDigits}`, shortened: true };
}

/** Price per hour of a price per second, base units. */
export const perHour = (perSecond: bigint): bigint => perSecond * 3_600n;

/** A whole number with grouped thousands. */
export function groupedInteger(value: number | bigint): string {
  const text = value.toString();
  return text.startsWith('-') ? `−${group(text.slice(1))}` : group(text);
}

/** A count too large to be read digit by digit: 1,234 stays, 48,213,000 becomes 48.2 M. */
export function shortCount(value: number | bigint): { digits: string; unit: '' | 'k' | 'M' | 'G' | 'T' } {
  const number = Number(value);
  const steps = [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e5, 'k'],
  ] as const;
  for (const [size, unit] of steps) {
    if (Math.abs(number) < size) continue;
    const scaled = number / (unit === 'k' ? 1_000 : size);
    return { digits: scaled.toFixed(scaled >= 100 ? 0 : 1), unit };
  }
  return { digits: groupedInteger(value), unit: '' };
}
