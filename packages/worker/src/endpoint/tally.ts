/** How a request ended. */
export type RequestOutcome = 'served' | 'refused' | 'cancelled' | 'failed';

/** What was read and written for a request. */
export interface TokenUse {
  prompt: number;
  /** Of the prompt, what did not have to be read. */
  cached: number;
  completion: number;
  /** Of the completion. */
  reasoning: number;
}

/** Counts of an endpoint since it began. */
export interface Tally {
  readonly requests: Record<RequestOutcome, number>;
  /** Of served requests. */
  readonly tokens: TokenUse;
}

export const NO_TOKENS: TokenUse = { prompt: 0, cached: 0, completion: 0, reasoning: 0 };

/** An empty count. */
export function createTally(): Tally & { add(outcome: RequestOutcome, use: TokenUse): void } {
  const requests = { served: 0, refused: 0, cancelled: 0, failed: 0 };
  const tokens = { ...NO_TOKENS };
  return {
    requests,
    tokens,
    add(outcome, use) {
      requests[outcome] += 1;
      if (outcome !== 'served') return;
      tokens.prompt += use.prompt;
      tokens.cached += use.cached;
      tokens.completion += use.completion;
      tokens.reasoning += use.reasoning;
    },
  };
}
