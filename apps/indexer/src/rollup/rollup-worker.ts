import type { Database } from '@inferscan/db';

import { pause } from '../rpc/backoff.js';
import { notifyOfFigures } from '../store/notification.js';
import { foldHardware } from './fold-hardware.js';
import { countNetworkHours } from './network-hours.js';
import { rebuildSome } from './rebuild.js';

export interface RollupWorkerOptions {
  readonly database: Database;
  /** Between looks for marks. Default 1 s. */
  readonly lookMs?: number;
}

/**
 * Rests so many times as long as it counted. The hour that goes on is marked by every commit, and where much happens counting it
 * takes half a second: at a third of the time that was a fifth of a core.
 */
const REST = 9;

/**
 * Keeps the figures per hour and day, the front page's last hours and what receipts say of hardware true, beside the indexing,
 * until aborted. Readers are told of each time they changed.
 * @throws what the database reports
 */
export async function runRollups(
  { database, lookMs = 1_000 }: RollupWorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const started = Date.now();
    const isCounted = await countNetworkHours(database);
    const isFolded = await foldHardware(database);
    const worked = (await rebuildSome(database)) || isCounted || isFolded;
    if (worked) await notifyOfFigures(database.pool);
    await pause(worked ? (Date.now() - started) * REST : lookMs, signal).catch(() => {});
  }
}
