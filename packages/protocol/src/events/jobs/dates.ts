/**
 * When the source of the jobs program changed, Unix seconds, by era. Deployments came later, by how much is not known:
 * before such a date a form cannot have been on chain, after it an older one may still have been. So a date decides only
 * where data and accounts do not, by the time of the block, and where both forms are possible another sign goes first.
 */
const day = (date: string): bigint => BigInt(Date.parse(`${date}T00:00:00Z`) / 1000);

export const SOURCE_CHANGED = {
  A: day('2022-03-17'),
  A2: day('2022-04-07'),
  A3: day('2022-07-27'),
  A4: day('2022-07-28'),
  A5: day('2022-08-18'),
  B: day('2022-08-26'),
  B2: day('2022-08-29'),
  C: day('2022-09-16'),
  C2: day('2022-09-19'),
  C3: day('2022-09-22'),
  C6: day('2022-09-27'),
  D: day('2022-10-10'),
  E: day('2022-10-11'),
  E2: day('2022-10-13'),
  E3: day('2022-10-13'),
  F: day('2022-10-26'),
  H: day('2023-09-12'),
  I: day('2024-11-27'),
  J: day('2024-12-09'),
  K: day('2025-01-23'),
  L: day('2025-07-15'),
} as const;

/** By then the programs on chain had the changes of 2022 behind them for weeks: the older forms of that year were gone. */
export const EARLY_ERAS_OVER = day('2023-01-01');

/** Whether the time of a block proves that a change had not been made. False where the time is unknown. */
export const isBefore = (date: bigint, blockTime: bigint | null): boolean =>
  blockTime !== null && blockTime < date;

/** Whether the time of a block is at or after a date. False where the time is unknown. */
export const isFrom = (date: bigint, blockTime: bigint | null): boolean =>
  blockTime !== null && blockTime >= date;
