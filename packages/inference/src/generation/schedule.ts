/**
 * Who is let in and who takes part in the next step. Pure: the same rows give the same answer, and no answer changes what a row
 * computes, only when.
 */

export interface BatchLimits {
  /** Rows that generate or read their prompt at one time. */
  readonly maxRows: number;
  /** Tokens for which all rows together may have room. */
  readonly kvTokens: number;
  /** Prompt tokens that one step may read, as others wait for their next token meanwhile. */
  readonly prefillTokens: number;
  /** How many later requests may be let in before one for which there is no room yet. */
  readonly patience: number;
  /** Memory for the beginnings of prompts; 0 keeps none. */
  readonly prefixBytes: number;
}

export const DEFAULT_LIMITS: BatchLimits = {
  maxRows: 32,
  kvTokens: 65_536,
  prefillTokens: 512,
  patience: 32,
  prefixBytes: 64 * 1024 ** 2,
};

/** A request that waits, with all that it can come to need. */
export interface WaitingRequest {
  readonly rows: number;
  readonly tokens: number;
  /** Later requests that were let in before it. */
  overtaken: number;
}

export interface Room {
  readonly rows: number;
  readonly tokens: number;
}

/**
 * Lets requests in by order of arrival. Where one does not fit, smaller ones may pass it, but only so often; then all wait for it.
 * Those that are left are marked with who passed them.
 * @param waiting in order of arrival
 */
export function admit<W extends WaitingRequest>(waiting: readonly W[], room: Room, patience: number): W[] {
  const admitted: W[] = [];
  const passed: W[] = [];
  let { rows, tokens } = room;
  for (const request of waiting) {
    if (passed.some(({ overtaken }) => overtaken >= patience)) break;
    if (request.rows > rows || request.tokens > tokens) {
      passed.push(request);
      continue;
    }
    admitted.push(request);
    rows -= request.rows;
    tokens -= request.tokens;
    for (const other of passed) other.overtaken++;
  }
  return admitted;
}

/** A row that takes part in steps. */
export interface ActiveRow {
  readonly arrival: number;
  /** Whether its next step reads its prompt. */
  readonly reads: boolean;
  /** Tokens of its next step, those that fill it up included: more than 1 also where some are drafted. */
  readonly width: number;
  readonly capacity: number;
  /** Whether it may share a step at all. */
  readonly shares: boolean;
  /** The number of its last step; -1 before its first. */
  readonly servedAt: number;
}

/**
 * The rows of the next step: of the same width and capacity, as only those can share one. Prompts are read before others go on,
 * one step of them at a time; after it, everyone who generates has a step before the next one.
 * @param lastPrefill the number of the last step that read prompts; -1 before the first
 */
export function nextStep<R extends ActiveRow>(
  rows: readonly R[],
  lastPrefill: number,
  limits: Pick<BatchLimits, 'prefillTokens'>,
): R[] {
  const generating = rows.filter(({ reads }) => !reads);
  const reading = rows.filter(({ reads }) => reads).sort((a, b) => a.arrival - b.arrival);
  const [longest] = [...generating].sort((a, b) => a.servedAt - b.servedAt || a.arrival - b.arrival);
  const overdue = longest !== undefined && longest.servedAt <= lastPrefill;
  const [first] = overdue ? [longest] : reading;
  const leader = first ?? longest;
  if (leader === undefined) return [];
  if (!leader.shares) return [leader];
  const company = leader.reads ? reading : generating;
  const alike = company.filter(
    ({ width, capacity, shares }) => shares && width === leader.width && capacity === leader.capacity,
  );
  return leader.reads ? alike.slice(0, Math.max(1, Math.floor(limits.prefillTokens / leader.width))) : alike;
}
