import type { Database } from '@inferscan/db';

import type { Log } from '../log.js';
import { pause } from '../rpc/backoff.js';
import { dropDocuments } from './drop-documents.js';
import { dropEvents, type Step } from './drop-events.js';
import { dropSegments } from './drop-segments.js';
import { readKept } from './kept.js';
import type { RetentionConfig } from './retention-config.js';

export interface RetentionOptions {
  readonly database: Pick<Database, 'pool'>;
  readonly retention: RetentionConfig;
  /** Folder of the archive; null: there is none. */
  readonly archiveDir: string | null;
  readonly log: Pick<Log, 'info'>;
  /** Between two looks for what became old. Default an hour. */
  readonly everyMs?: number;
}

/** Of its time, a third at most: what is dropped makes work for Postgres. */
const REST = 2;
/** After somebody was in the way. */
const LATER_MS = 30_000;
/** A lock that was not to be had in time, or only by a deadlock. */
const BUSY = new Set<unknown>(['55P03', '40P01']);

/** Drops raw data that is older than it is to be kept, a little at a time, until aborted. @throws what the database reports */
export async function runRetention(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { retention, everyMs = 3_600_000 } = options;
  if (Object.values(retention).every((days) => days === null)) return;
  while (!signal.aborted) {
    const isThrough = await dropAll(options, signal);
    await pause(isThrough ? everyMs : Math.min(LATER_MS, everyMs), signal).catch(() => {});
  }
}

/** @returns whether all that is old was looked at */
async function dropAll(
  { database, retention, archiveDir, log }: RetentionOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { eventsDays, documentsDays, archiveDays } = retention;
  try {
    if (eventsDays !== null) {
      const before = await readKept(database.pool);
      await repeat(() => dropEvents(database, eventsDays), signal);
      const { eventsFromSlot } = await readKept(database.pool);
      if (eventsFromSlot !== before.eventsFromSlot) {
        log.info(
          { fromSlot: eventsFromSlot?.toString() },
          'dropped old events; those from this slot on are kept',
        );
      }
    }
    if (documentsDays !== null) {
      let after: string | null = '';
      await repeat(async () => {
        after = await dropDocuments(database, documentsDays, after ?? '');
        return after === null ? 'done' : 'more';
      }, signal);
    }
    if (archiveDays !== null && archiveDir !== null && !signal.aborted) {
      const removed = await dropSegments(database, archiveDir, archiveDays);
      if (removed > 0) log.info({ removed }, 'removed old files of the archive');
    }
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && BUSY.has(error.code))) throw error;
    log.info('what is old is being read: dropping it later');
    return false;
  }
}

async function repeat(step: () => Promise<Step>, signal: AbortSignal): Promise<void> {
  let next: Step = 'more';
  while (next === 'more' && !signal.aborted) {
    const started = Date.now();
    next = await step();
    if (next === 'more') await pause((Date.now() - started) * REST, signal).catch(() => {});
  }
}
