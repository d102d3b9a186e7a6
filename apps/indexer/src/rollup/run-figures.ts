import type { Database } from '@inferscan/db';

import type { PriceConfig } from '../config/environment.js';
import type { Log } from '../log.js';
import { createPriceSource } from '../price/create-source.js';
import { runPrices } from '../price/price-worker.js';
import { runRollups } from './rollup-worker.js';

export interface FiguresOptions {
  readonly database: Database;
  readonly prices: PriceConfig | null;
  readonly log: Log;
}

/** Prices and the figures per hour and day, kept beside the indexing until aborted. @throws what the database reports */
export async function runFigures(
  { database, prices, log }: FiguresOptions,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([
    runRollups({ database }, signal),
    prices === null
      ? undefined
      : runPrices(
          {
            database,
            source: createPriceSource(prices),
            onSaved: (count) => log.debug({ prices: count }, 'stored prices'),
            onFailure: (error) => log.warn({ reason: error.message }, 'no price'),
          },
          signal,
        ),
  ]);
}
