/** What a NOS was worth at a moment. */
export interface Price {
  /** Unix seconds. */
  readonly at: bigint;
  readonly usdMicro: bigint;
}

/** Somebody who knows prices. Answers are checked: prices are positive, and of the past. */
export interface PriceSource {
  /** Stands with every price that came from it. */
  readonly name: string;
  /** The last price known. @throws PriceError */
  latest(signal: AbortSignal): Promise<readonly Price[]>;
  /** Prices of past seconds from `from` up to `to`; null where the source has no more than its latest. */
  readonly past: ((from: bigint, to: bigint, signal: AbortSignal) => Promise<readonly Price[]>) | null;
}

/** A source did not answer, or its answer cannot be right. */
export class PriceError extends Error {
  override readonly name = 'PriceError';
  /** The source will not answer this question for a long time, as paid plans do not for old prices. */
  readonly refused: boolean;

  constructor(message: string, { refused = false, ...options }: ErrorOptions & { refused?: boolean } = {}) {
    super(message, options);
    this.refused = refused;
  }
}
