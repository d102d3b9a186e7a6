import type { Database } from '@inferscan/db';

import type { PriceConfig } from '../config/environment.js';
import type { Log } from '../log.js';
import { createPriceSource } from '../price/create-source.js';
import { runPrices } from '../price/price-worker.js';
import { isFarBehind } from './pace.js';
import type { Counted } from './rebuild.js';
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
    runRollups({ database, onCounted: tellOfProgress(log) }, signal),
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

/** Between lines that say how far a long count is. */
const TELL_MS = 30_000;

/** Says now and then how many hours remain, where that is more than what keeps coming, and when it is not any more. */
function tellOfProgress(log: Log, now: () => number = Date.now): (counted: Counted) => void {
  let toldAt = now();
  let isBehind = false;
  return ({ left }) => {
    if (!isFarBehind(left)) {
      if (isBehind) log.info('figures are counted but for the last hours');
      isBehind = false;
      return;
    }
    if (isBehind && now() - toldAt < TELL_MS) return;
    isBehind = true;
    toldAt = now();
    log.info({ hoursLeft: left }, 'counting figures');
  };
}
