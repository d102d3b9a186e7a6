import { connectDatabase, migrate } from '@inferscan/db';

import { createLog } from '../log.js';
import { takeWriterLock } from '../pipeline/writer-lock.js';
import { isDeferred } from '../store/bulk/deferred.js';
import type { Values } from './arguments.js';
import { readDatabaseUrl } from './database-config.js';
import { EXIT } from './exit-codes.js';
import { createPace, createProgress, grouped, type ProgressView } from './progress.js';
import { describeDifferences } from './refold/describe.js';
import { countDifferences, refold as foldAgain, type RefoldProgress } from './refold/refold.js';
import { stopOnSignals } from './stop.js';
import { readStoredNetwork } from './stored-chain.js';

/** Folds the stored events again and makes the tables what comes out. Nobody may write meanwhile. */
export async function refold(values: Values, environment: NodeJS.ProcessEnv): Promise<number> {
  const databaseUrl = readDatabaseUrl(environment);
  const log = createLog(environment.LOG_LEVEL || 'warn');
  const stop = stopOnSignals(log);
  const isJson = values.json === true;
  const view = createProgress({
    label: 'refold',
    terminal: process.stderr,
    // JSON has stdout for itself.
    lines: isJson ? process.stderr : process.stdout,
  });
  try {
    await migrate(databaseUrl);
    const lost = new AbortController();
    const signal = AbortSignal.any([stop.signal, lost.signal]);
    const lock = await takeWriterLock(
      {
        databaseUrl,
        onLost: (reason) => lost.abort(new Error(`the writer's lock was lost: ${reason}`)),
        onStandby: null,
      },
      signal,
    );
    const database = connectDatabase(databaseUrl, { applicationName: 'inferscan-indexer-refold' });
    try {
      if (await isDeferred(database.pool)) {
        throw new Error('history is half loaded in bulk: let backfill or follow end that first');
      }
      const report = await foldAgain({
        database,
        network: await readStoredNetwork(database),
        apply: true,
        signal,
        onProgress: showFolding(view),
      });
      const differing = countDifferences(report.tables);
      const rate = report.events / Math.max(report.foldSeconds, 0.001);
      const lines = isJson ? [JSON.stringify(report, null, 2)] : describeDifferences(report.tables);
      for (const line of lines) process.stdout.write(`${line}\n`);
      view.end(
        `${grouped(report.events)} events of ${grouped(report.transactions)} transactions, ${grouped(rate)}/s; ` +
          (differing === 0 ? 'the tables were right' : `${grouped(differing)} rows put right`) +
          ` (folding ${report.foldSeconds.toFixed(1)} s, comparing ${report.compareSeconds.toFixed(1)} s, ` +
          `writing ${report.applySeconds.toFixed(1)} s)`,
      );
      return EXIT.done;
    } finally {
      await database.close().catch(() => {});
      await lock.release();
    }
  } catch (error) {
    if (stop.signal.aborted) {
      view.end('stopped; nothing was changed');
      return EXIT.interrupted;
    }
    log.error({ err: error }, error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  } finally {
    stop.done();
  }
}

const RATE_MS = 10_000;

/** Shows how far folding is. */
export function showFolding(view: ProgressView): (progress: RefoldProgress) => void {
  const rate = createPace(RATE_MS);
  return ({ events, of, slot, stage }) => {
    rate.add(Date.now(), events);
    const perSecond = rate.perSecond();
    view.update({
      done: events,
      of,
      text:
        stage === 'folding'
          ? `${grouped(events)} events${perSecond === null ? '' : `, ${grouped(perSecond)}/s`}, slot ${grouped(Number(slot))}`
          : stage,
    });
  };
}
