import { z } from 'zod';

/** For how many days raw data is kept; null: for ever. */
export interface RetentionConfig {
  /** Decoded instructions. */
  readonly eventsDays: number | null;
  /** The text of definitions and results. */
  readonly documentsDays: number | null;
  /** Files of the archive. */
  readonly archiveDays: number | null;
}

/** Long enough for whoever looks into what went wrong last week. */
const MIN_DAYS = 7;
const MAX_DAYS = 36_500;
const EXPECTED = `expected all, or a whole number of days, ${MIN_DAYS} at least`;

/** A number of days; null: all. */
export const RetainedDays = z
  .string()
  .regex(/^(all|\d{1,6})$/, EXPECTED)
  .transform((text) => (text === 'all' ? null : Number(text)))
  .refine((days) => days === null || (days >= MIN_DAYS && days <= MAX_DAYS), EXPECTED);
