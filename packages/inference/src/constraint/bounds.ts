import { refuse } from './refuse.js';

export const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const;

/** What a schema says about the range of a number; each is a finite number. */
export type Bounds = Readonly<Partial<Record<(typeof BOUNDS)[number], number>>>;

/** @throws InferenceError bad_request naming the bound that is no finite number */
export function boundsOf(schema: Readonly<Record<string, unknown>>, path: string): Bounds {
  const bounds: Partial<Record<(typeof BOUNDS)[number], number>> = {};
  for (const name of BOUNDS) {
    if (!Object.hasOwn(schema, name)) continue;
    const bound = schema[name];
    if (typeof bound !== 'number' || !Number.isFinite(bound)) refuse(`${path}.${name}`, 'expected a number');
    bounds[name] = bound;
  }
  return bounds;
}

/**
 * The multiples of 10^-places within bounds, as decimals: a bound is what its shortest text says.
 * @param limit the range without bounds reaches from -limit to limit, in such multiples
 * @returns the first and the last, as whole multiples; the first lies behind the last where there is none
 */
export function multiplesWithin(
  bounds: Bounds,
  places: number,
  limit: bigint,
): [first: bigint, last: bigint] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = bounds;
  let [first, last] = [-limit, limit];
  const atLeast = (bound: bigint) => {
    if (bound > first) first = bound;
  };
  const atMost = (bound: bigint) => {
    if (bound < last) last = bound;
  };
  if (minimum !== undefined) atLeast(-floorOf(-minimum, places));
  if (exclusiveMinimum !== undefined) atLeast(floorOf(exclusiveMinimum, places) + 1n);
  if (maximum !== undefined) atMost(floorOf(maximum, places));
  if (exclusiveMaximum !== undefined) atMost(-floorOf(-exclusiveMaximum, places) - 1n);
  return [first, last];
}

/** The largest whole number not above value * 10^places. */
function floorOf(value: number, places: number): bigint {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length + places;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  // Division cuts off towards zero.
  const quotient = digits / divisor;
  return digits < 0n && quotient * divisor !== digits ? quotient - 1n : quotient;
}
