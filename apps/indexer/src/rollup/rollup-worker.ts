import type { Database } from '@inferscan/db';

import { pause } from '../rpc/backoff.js';
import { notifyOfFigures } from '../store/notification.js';
import { foldHardware } from './fold-hardware.js';
import { countNetworkHours } from './network-hours.js';
import { FIRST_HOURS, nextHours, restOf } from './pace.js';
import { type Counted, rebuildSome } from './rebuild.js';

export interface RollupWorkerOptions {
  readonly database: Database;
  /** Between looks for marks. Default 1 s. */
  readonly lookMs?: number;
  /** Told of each stretch of hours that was counted. */
  readonly onCounted?: (counted: Counted) => void;
}

/**
 * Keeps the figures per hour and day, the front page's last hours and what receipts say of hardware true, beside the indexing,
 * until aborted. Readers are told of each time they changed.
 * @throws what the database reports
 */
export async function runRollups(
  { database, lookMs = 1_000, onCounted }: RollupWorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  let hours = FIRST_HOURS;
  while (!signal.aborted) {
    const started = Date.now();
    const isCounted = await countNetworkHours(database);
    const isFolded = await foldHardware(database);
    const since = Date.now();
    const counted = await rebuildSome(database, hours);
    const now = Date.now();
    if (counted !== null) {
      hours = nextHours(hours, counted.hours, now - since);
      onCounted?.(counted);
    }
    const worked = counted !== null || isCounted || isFolded;
    if (worked) await notifyOfFigures(database.pool);
    const rest = worked ? restOf(Date.now() - started, counted?.left ?? 0) : lookMs;
    await pause(rest, signal).catch(() => {});
  }
}
