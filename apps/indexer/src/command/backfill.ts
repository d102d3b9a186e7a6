import { readConfig } from '../config/environment.js';
import { runIndexer } from '../indexer.js';
import { createLog } from '../log.js';
import { type IndexerObserver, observeAll } from '../ops/observer.js';
import { startOps } from '../ops/ops.js';
import { readOpsConfig } from '../ops/ops-config.js';
import type { Progress } from '../pipeline/follow.js';
import { createRpcClient } from '../rpc/client.js';
import type { Values } from './arguments.js';
import { EXIT } from './exit-codes.js';
import { createPace, createProgress, duration, grouped, type ProgressView } from './progress.js';
import { stopOnSignals } from './stop.js';

/** Reads history up to what is final now, and ends. It goes on where it, or `follow`, stopped. */
export async function backfill(values: Values, environment: NodeJS.ProcessEnv): Promise<number> {
  const config = readConfig(environment);
  const opsConfig = readOpsConfig(environment);
  const isTerminal = process.stderr.isTTY === true;
  // A bar and log lines do not go together; what is asked for explicitly is shown.
  const log = createLog(isTerminal && environment.LOG_LEVEL === undefined ? 'warn' : config.logLevel);
  const stop = stopOnSignals(log);
  const reached = new AbortController();
  const signal = AbortSignal.any([stop.signal, reached.signal]);
  const view = createProgress({ label: 'backfill', terminal: process.stderr, lines: process.stdout });
  try {
    const head = await createRpcClient({
      url: config.rpcUrls,
      onTrouble: (trouble) => trouble !== null && log.warn({ code: trouble.code }, trouble.message),
    }).finalizedSlot(signal);
    const ops = opsConfig === null ? null : await startOps(opsConfig, config, log);
    const order = createProgress({ label: 'indexes', terminal: process.stderr, lines: process.stdout });
    const shown = { ...showProgress(view, head, () => reached.abort()), ...showFinishing(order) };
    try {
      await runIndexer(
        {
          config,
          log,
          reset: values.reset === true,
          mayStandBy: false,
          observer: observeAll([shown, ...(ops === null ? [] : [ops.observer])]),
        },
        signal,
      );
    } finally {
      await ops?.close();
    }
    if (!reached.signal.aborted) {
      view.end(`stopped at ${shown.summary()}; the same command goes on from there`);
      return EXIT.interrupted;
    }
    view.end(`everything up to slot ${grouped(Number(head))} is stored: ${shown.summary()}`);
    return EXIT.done;
  } catch (error) {
    if (stop.signal.aborted) return EXIT.interrupted;
    log.error({ err: error }, error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  } finally {
    stop.done();
  }
}

const RATE_MS = 10_000;

function showProgress(
  view: ProgressView,
  head: bigint,
  onReached: () => void,
): Required<Pick<IndexerObserver, 'progress'>> & { summary(): string } {
  const began = Date.now();
  const rate = createPace(RATE_MS);
  let first: bigint | null = null;
  let last: bigint | null = null;
  let transactions = 0;
  return {
    progress({ indexedSlot, transactions: count, isBulk }: Progress) {
      transactions += count;
      // Where history begins is known when its first transactions come.
      first ??= indexedSlot;
      last = indexedSlot;
      rate.add(Date.now(), transactions);
      const perSecond = rate.perSecond();
      view.update({
        done: Number(indexedSlot - first),
        of: Number(head - first),
        text: [
          `${grouped(transactions)} transactions`,
          ...(perSecond === null ? [] : [`${grouped(perSecond)}/s`]),
          `slot ${grouped(Number(indexedSlot))} of ${grouped(Number(head))}`,
        ].join(', '),
      });
      // In bulk there are no indexes yet: it is not done before they are made.
      if (indexedSlot >= head && isBulk !== true) onReached();
    },
    summary() {
      const where = last === null ? 'the beginning' : `slot ${grouped(Number(last))}`;
      return `${where}, ${grouped(transactions)} transactions in ${duration((Date.now() - began) / 1_000)}`;
    },
  };
}

function showFinishing(view: ProgressView): Required<Pick<IndexerObserver, 'finishing'>> {
  return {
    finishing: ({ done, of, step }) => view.update({ done, of, text: `step ${done + 1} of ${of}: ${step}` }),
  };
}
