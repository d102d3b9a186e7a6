import type { Database } from '@inferscan/db';

import { backoffMs, pause } from '../rpc/backoff.js';
import { fetchPast } from './past-prices.js';
import { PriceError, type PriceSource } from './price-source.js';
import { savePrices } from './save-prices.js';

export interface PriceWorkerOptions {
  readonly database: Database;
  readonly source: PriceSource;
  /** Between two questions. Default a minute. */
  readonly everyMs?: number;
  readonly onSaved?: (prices: number) => void;
  readonly onFailure?: (error: PriceError) => void;
}

const FIRST_RETRY_MS = 2_000;

/** Asks for the price every minute, and for past ones where money moved, until aborted. @throws what the database reports */
export async function runPrices(
  { database, source, everyMs = 60_000, onSaved, onFailure }: PriceWorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      let saved = await savePrices(database, source.name, await source.latest(signal));
      saved += await fetchPast(database, source, signal);
      failures = 0;
      if (saved > 0) onSaved?.(saved);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof PriceError)) throw error;
      failures++;
      onFailure?.(error);
    }
    const waitMs = failures === 0 ? everyMs : backoffMs(failures - 1, { firstMs: FIRST_RETRY_MS });
    await pause(waitMs, signal).catch(() => {});
  }
}
