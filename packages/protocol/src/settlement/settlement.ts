const MAX_U64 = 2n ** 64n - 1n;
const MAX_I64 = 2n ** 63n - 1n;
const MIN_I64 = -(2n ** 63n);

/** Arithmetic on which the jobs program would abort the transaction. */
export class SettlementError extends RangeError {
  override readonly name = 'SettlementError';
}

function requireU64(name: string, value: bigint): bigint {
  if (value < 0n || value > MAX_U64) throw new SettlementError(`${name} ${value} is not a u64`);
  return value;
}

function requireI64(name: string, value: bigint): bigint {
  if (value < MIN_I64 || value > MAX_I64) throw new SettlementError(`${name} ${value} is not an i64`);
  return value;
}

/** What a job of a market costs. */
export interface JobTerms {
  /** Base units per second, u64. */
  readonly price: bigint;
  /** Seconds, i64. */
  readonly timeout: bigint;
}

export interface RunTimes {
  /** Unix seconds, i64. */
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * Base units that `seconds` of a job cost: what `list` deposits for its timeout.
 * Throws SettlementError where the program aborts: negative seconds, or a product beyond u64.
 */
export function deposit(price: bigint, seconds: bigint): bigint {
  requireU64('price', price);
  if (requireI64('seconds', seconds) < 0n) throw new SettlementError(`seconds ${seconds} is negative`);
  return requireU64('deposit', price * seconds);
}

/**
 * Base units that the node gets: time used, at most the timeout.
 * Throws SettlementError where the program aborts: an end before the start, or overflow.
 */
export function paid({ price, timeout }: JobTerms, { start, end }: RunTimes): bigint {
  const used = requireI64('time used', requireI64('end', end) - requireI64('start', start));
  return deposit(price, used < requireI64('timeout', timeout) ? used : timeout);
}

/** Base units that the job's payer gets back. Throws as `paid`. */
export function refund(terms: JobTerms, times: RunTimes): bigint {
  return requireU64('refund', deposit(terms.price, terms.timeout) - paid(terms, times));
}

/** Both sides of a settlement; together they are the deposit. Throws as `paid`. */
export function settle(terms: JobTerms, times: RunTimes): { readonly paid: bigint; readonly refund: bigint } {
  return { paid: paid(terms, times), refund: refund(terms, times) };
}
