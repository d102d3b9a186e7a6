import { connectDatabase, type Database, migrate } from '@inferscan/db';
import { networkConfig } from '@inferscan/protocol';
import { createContentClient } from '@inferscan/storage/client';

import { beginNow } from './bootstrap/begin.js';
import type { IndexerConfig } from './config/environment.js';
import { redactUrl } from './config/redact.js';
import { createContentWorker } from './content/content-worker.js';
import type { Log } from './log.js';
import { type IndexerObserver, observeAll } from './ops/observer.js';
import { follow } from './pipeline/follow.js';
import { startHeartbeat } from './pipeline/heartbeat.js';
import { takeWriterLock } from './pipeline/writer-lock.js';
import { createHealer } from './reconcile/healer.js';
import { createReconciler } from './reconcile/reconciler.js';
import { runRetention } from './retention/retention-worker.js';
import { runFigures } from './rollup/run-figures.js';
import { backoffMs, pause } from './rpc/backoff.js';
import { createRpcClient } from './rpc/client.js';
import { createWakeSource } from './rpc/wake.js';
import { type AssembledSource, assembleSource } from './source/assemble.js';
import { createRpcSource } from './source/rpc-source.js';
import { programsOf } from './source/scope.js';
import { createPostgresSpool } from './store/postgres-spool.js';
import { createPostgresStore } from './store/postgres-store.js';
import { resetDatabase } from './store/reset.js';
import { WrongScopeError } from './store/store.js';

export interface IndexerOptions {
  readonly config: IndexerConfig;
  readonly log: Log;
  /** Called once, when everything up to the tip is stored for the first time. */
  readonly onReady?: () => void;
  /** Called when another indexer writes to the database: this one waits to take over from it. */
  readonly onStandby?: () => void;
  /** Empty the database first. Not while another indexer writes to it. */
  readonly reset?: boolean;
  /** Whether to wait where another indexer writes, instead of failing. Default true. */
  readonly mayStandBy?: boolean;
  /** Told what the indexer does. */
  readonly observer?: IndexerObserver;
}

/**
 * Indexes until aborted. A database that goes away is waited for; everything else that cannot be repaired by
 * trying again ends it.
 * @throws BootstrapError, MigrationError, WriterLockError, WrongChainError, WrongScopeError, ConcurrentWriterError, LostHistoryError, RpcError `refused`
 */
export async function runIndexer(options: IndexerOptions, signal: AbortSignal): Promise<void> {
  let { reset } = options;
  let ready = false;
  const onReady = (): void => {
    if (!ready) options.onReady?.();
    ready = true;
  };
  for (let failures = 0; !signal.aborted; ) {
    const started = Date.now();
    try {
      const onStandby = options.onStandby ?? (() => {});
      const observer = observeAll(options.observer === undefined ? [] : [options.observer]);
      const mayStandBy = options.mayStandBy ?? true;
      await session({ ...options, observer, mayStandBy, onReady, onStandby, reset: reset ?? false }, signal);
    } catch (error) {
      if (signal.aborted) return;
      // The history of a localnet is at hand and short: nobody needs to be asked before it is read again.
      if (error instanceof WrongScopeError && options.config.cluster === 'localnet' && reset !== true) {
        options.log.warn({ reason: error.message }, 'an older version filled the database: beginning anew');
        reset = true;
        continue;
      }
      if (!isDatabaseAway(error)) throw error;
      if (Date.now() - started > 60_000) failures = 0;
      options.log.warn({ reason: messageOf(error) }, 'the database is away; trying again');
      await pause(backoffMs(failures++, { firstMs: 250 }), signal).catch(() => {});
    }
    reset = false;
  }
}

interface Session extends Required<IndexerOptions> {
  readonly observer: Required<IndexerObserver>;
}

/** From taking the writer's lock to losing it, the database, or the will to go on. */
async function session(
  { config, log, observer, mayStandBy, onReady, onStandby, reset }: Session,
  outer: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([outer, ended.signal]);
  observer.role('starting');
  const applied = await migrate(config.databaseUrl);
  if (applied.length > 0) log.info({ applied }, 'migrated the database');
  const lock = await takeWriterLock(
    {
      databaseUrl: config.databaseUrl,
      onLost: (reason) => ended.abort(new DatabaseAwayError(`the writer's lock was lost: ${reason}`)),
      onStandby:
        reset || !mayStandBy
          ? null
          : () => {
              log.info('another indexer writes to this database: standing by');
              observer.role('standby');
              onStandby();
            },
    },
    signal,
  );
  observer.role('writer');
  const database = connectDatabase(config.databaseUrl, {
    applicationName: 'inferscan-indexer',
    pipeline: true,
  });
  try {
    if (reset) {
      await resetDatabase(database);
      log.warn('emptied the database');
    }
    await indexInto(database, { config, log, observer, onReady }, signal, (reason) => ended.abort(reason));
    if (!outer.aborted) throw ended.signal.reason;
  } catch (error) {
    throw ended.signal.aborted && !outer.aborted ? ended.signal.reason : error;
  } finally {
    await database.close().catch(() => {});
    await lock.release();
  }
}

async function indexInto(
  database: Database,
  { config, log, observer, onReady }: Pick<Session, 'config' | 'log' | 'observer' | 'onReady'>,
  signal: AbortSignal,
  end: (reason: unknown) => void,
): Promise<void> {
  const network = networkConfig(config.cluster);
  const addresses = programsOf(network);
  const store = createPostgresStore({ database, cluster: config.cluster });
  const stored = await store.cursor();
  const heartbeat = startHeartbeat(
    { headSlot: stored?.slot ?? 0n, indexedSlot: stored?.slot ?? 0n, phase: 'backfill', error: null },
    (status) => store.saveStatus(status),
  );
  const rpc = createRpcClient({
    url: config.rpcUrls,
    onCall: observer.call,
    onTrouble: (trouble) => {
      heartbeat.update({ error: trouble === null ? null : trouble.message });
      if (trouble === null) log.info('the RPC answers again');
      else log.warn({ code: trouble.code }, trouble.message);
    },
  });
  const wake = createWakeSource({
    wsUrl: config.wsUrls,
    mentions: addresses,
    log: (event, reason, url) => log.info({ url: redactUrl(url), reason }, `websocket ${event}`),
  });
  const tip = createRpcSource({
    rpc,
    wake,
    spool: createPostgresSpool(database),
    addresses,
    keepAnswers: config.archive?.detail === 'full',
    onRetry: (error) => {
      heartbeat.update({ error: error.message });
      log.warn(error.message);
    },
  });
  const client = createContentClient({
    gateways: [...config.ipfsGateways],
    allowPrivate: config.allowPrivateGateways,
  });
  const content = createContentWorker({
    database,
    client,
    onFailure: (cid, error) => log.debug({ cid, reason: error.message }, 'content not there'),
  });
  const healer = createHealer({ database, network });
  const reconciler = createReconciler({
    database,
    rpc,
    network,
    healer,
    intervalMs: RECONCILE_MS,
    onOutcome: ({ slot, accounts, vaults, differences }) => {
      const figures = { slot: slot.toString(), accounts, vaults, differences: differences.length };
      if (differences.length === 0) log.info(figures, 'the tables agree with the chain');
      else log.warn({ ...figures, first: differences[0] }, 'the tables do not agree with the chain');
    },
    onHealing: (done) => log.info({ done }, 'healed what did not agree with the chain'),
    onFailure: (error) => log.warn({ reason: error.message }, 'could not reconcile'),
  });
  const over = new AbortController();
  const whileFollowing = AbortSignal.any([signal, over.signal]);
  let contentDone: Promise<void> | undefined;
  let reconciled: Promise<void> | undefined;
  let figures: Promise<void> | undefined;
  let retained: Promise<void> | undefined;
  let assembled: AssembledSource | undefined;
  try {
    const genesisHash = await tip.genesisHash(signal);
    await store.open(genesisHash);
    if (config.startAt === 'now') await beginNow({ database, rpc, network, log }, signal);
    const checkpoint = await store.cursor();
    assembled = await assembleSource({
      config,
      rpc,
      tip,
      addresses,
      genesisHash,
      log,
    });
    log.info(
      {
        cluster: config.cluster,
        rpc: config.rpcUrls.map(redactUrl).join(', '),
        genesisHash,
        from: checkpoint?.slot.toString() ?? 'genesis',
      },
      'indexing',
    );
    const { source } = assembled;
    await follow(
      {
        source,
        store,
        network,
        between: healer.beside({ source, store }),
        onStage: observer.stage,
        onProgress: ({ transactions, ...progress }) => {
          observer.progress({ transactions, ...progress });
          heartbeat.update({ ...progress, error: null });
          if (transactions > 0) {
            content.wake();
            log.debug({ slot: progress.indexedSlot.toString(), transactions }, 'stored');
          }
          // Its queries need indexes that a load in bulk builds at its end.
          if (progress.isBulk !== true) contentDone ??= content.run(whileFollowing).catch(end);
          reconciler.covered(progress.indexedSlot);
          if (progress.phase !== 'tip') return;
          onReady();
          reconciled ??= reconciler.run(whileFollowing).catch(end);
          figures ??= runFigures({ database, prices: config.prices, log }, whileFollowing).catch(end);
          retained ??= runRetention(
            { database, retention: config.retention, archiveDir: config.archive?.dir ?? null, log },
            whileFollowing,
          ).catch(end);
        },
        onFinishing: (finishing) => {
          observer.finishing(finishing);
          log.info({ ...finishing }, 'putting the database in order after the load');
        },
        onRollback: ({ toSlot, transactions, reason }) => {
          observer.rollback(transactions);
          reconciler.covered(toSlot);
          log.warn({ toSlot: toSlot.toString(), transactions, reason }, 'took back what a fork dropped');
        },
      },
      signal,
    );
  } catch (error) {
    if (!signal.aborted) heartbeat.update({ error: messageOf(error) });
    throw error;
  } finally {
    tip.close();
    await assembled?.close();
    over.abort();
    await Promise.all([contentDone, reconciled, figures, retained]);
    await heartbeat.stop();
    await client.close();
  }
}

/** Between two comparisons with the chain's accounts: listing all of a program's accounts is dear. */
const RECONCILE_MS = 10 * 60_000;

class DatabaseAwayError extends Error {
  override readonly name = 'DatabaseAwayError';
}

const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** Connections refused or cut, servers starting or stopping (SQLSTATE 08, 53300, 57P0x), lost locks. */
function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseAwayError) return true;
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') {
    return NETWORK_CODES.has(error.code) || /^(08|53300|57P0)/.test(error.code);
  }
  return /connection (terminated|ended)|client has encountered a connection error|timeout exceeded when trying to connect/i.test(
    error.message,
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
