/** What the Postgres driver delivers for int8 and numeric: exact, as bigint; text for numerics with a fraction. */
export type Numeric = bigint | string;

/** An exact integer column. Throws SyntaxError for a fraction. */
export const big = (value: Numeric): bigint => BigInt(value);

/** Counts, seconds and other integers far below 2^53; larger ones are rounded, which display bears. */
export const int = (value: Numeric | number): number => Number(value);

export const intOrNull = (value: Numeric | number | null): number | null =>
  value === null ? null : Number(value);
