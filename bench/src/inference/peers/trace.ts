import { percentile } from '../../percentile.js';

/** What one prompt came to. */
export interface RowTrace {
  readonly ids: readonly number[];
  /** When each token was there, in ms from when all prompts were given. */
  readonly times: readonly number[];
  /** How much processor time the engine had taken by then, in ms, on all cores. */
  readonly processorTimes: readonly number[];
}

/** An engine with a model in it, on one thread. */
export interface Contender {
  readonly name: string;
  /** Goes on with the most likely tokens. */
  generate(prompts: readonly (readonly number[])[], tokens: number): Promise<readonly RowTrace[]>;
  close(): Promise<void>;
}

/** Milliseconds until the first prompt's first token. */
export function firstTokenMs([row]: readonly RowTrace[]): number {
  const time = row?.times[0];
  if (time === undefined) throw new RangeError('there is no token');
  return time;
}

export interface DecodeRate {
  readonly perSecond: number;
  /** Suffers less from what others do on the machine. */
  readonly perProcessorSecond: number;
}

/**
 * Tokens a second while all rows generate: from when the last of them has its first token until the first of them is done.
 * @throws RangeError when no token is generated in between
 */
export function decodeRate(rows: readonly RowTrace[]): DecodeRate {
  const [begins, ends] = [rows.map((row) => momentOf(row, 0)), rows.map((row) => momentOf(row, -1))];
  const from = begins.reduce((latest, one) => (one.time > latest.time ? one : latest));
  const to = ends.reduce((first, one) => (one.time < first.time ? one : first));
  const within = ({ times }: RowTrace) => times.filter((time) => time > from.time && time <= to.time).length;
  const count = rows.reduce((sum, row) => sum + within(row), 0);
  const [ms, processorMs] = [to.time - from.time, to.processor - from.processor];
  if (count === 0 || !(ms > 0 && processorMs > 0)) {
    throw new RangeError('no token is generated while all rows do');
  }
  return { perSecond: (count * 1000) / ms, perProcessorSecond: (count * 1000) / processorMs };
}

function momentOf({ times, processorTimes }: RowTrace, token: number): { time: number; processor: number } {
  return { time: times.at(token) ?? Number.NaN, processor: processorTimes.at(token) ?? Number.NaN };
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
