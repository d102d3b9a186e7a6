/** Two whole numbers to multiply, as digits without leading zeros. */
export interface Multiplication {
  left: string;
  right: string;
}

export type Parsed = { ok: true; value: Multiplication } | { ok: false; reason: string };

/** Most digits: of the longer and of the shorter factor. */
export type DigitLimits = readonly [longer: number, shorter: number];

const FORM = /^(\d+)\s*[*×x·]\s*(\d+)\s*=?$/i;

/** Reads "384 × 57", "384*57", "384x57"; a reason says what would be right. */
export function parseMultiplication(text: string, [longer, shorter]: DigitLimits): Parsed {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: false, reason: 'Type two numbers to multiply, for example 384 × 57.' };
  const match = FORM.exec(trimmed);
  const [left, right] = [match?.[1], match?.[2]].map((digits) => digits?.replace(/^0+(?=\d)/, ''));
  if (left === undefined || right === undefined) {
    return { ok: false, reason: 'Write it as number × number, for example 384 × 57.' };
  }
  const [most, least] = [Math.max(left.length, right.length), Math.min(left.length, right.length)];
  if (most > longer || least > shorter) {
    return {
      ok: false,
      reason: `This model multiplies numbers of up to ${longer} and up to ${shorter} digits; ${left} × ${right} has ${left.length} and ${right.length}.`,
    };
  }
  return { ok: true, value: { left, right } };
}

/** The prompt as the model reads it. */
export const promptOf = ({ left, right }: Multiplication): string => `${left}*${right}`;

/** The multiplication as people read it. */
export const spoken = ({ left, right }: Multiplication): string => `${left} × ${right}`;

/** Digits of both factors, as accuracy tables name a size: "3x2". */
export const sizeOf = ({ left, right }: Multiplication): string => `${left.length}x${right.length}`;

/** The right answer, by the browser's own arithmetic. */
export const productOf = ({ left, right }: Multiplication): string =>
  (BigInt(left) * BigInt(right)).toString();

/** A multiplication of full length. `random` gives numbers from 0 (included) to 1 (excluded). */
export function anyMultiplication([longer, shorter]: DigitLimits, random: () => number): Multiplication {
  const factor = (digits: number) => {
    const lowest = 10 ** (digits - 1);
    return String(lowest + Math.floor(random() * (10 ** digits - lowest)));
  };
  return { left: factor(longer), right: factor(shorter) };
}
