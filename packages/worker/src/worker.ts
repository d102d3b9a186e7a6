import { setTimeout as sleep } from 'node:timers/promises';

import type { InferenceEngine } from '@inferscan/inference';
import type { Cluster, NodeDescription } from '@inferscan/protocol';
import type { ContentClient } from '@inferscan/storage/client';
import type { Address, KeyPairSigner } from '@solana/kit';

import { detectNetwork } from './chain/network.js';
import { createChainReader } from './chain/reader.js';
import { createRpcClient } from './chain/rpc.js';
import { createTransactionSender } from './chain/sender.js';
import { createChainWatcher } from './chain/watcher.js';
import { removeBelongings } from './containers/belongings.js';
import type { ContainerHost } from './containers/engine.js';
import type { ServicePlace } from './endpoint/serve.js';
import type { HardwareReport } from './hardware/report.js';
import { createBooks } from './lifecycle/books.js';
import { createConditions } from './lifecycle/conditions.js';
import { drive } from './lifecycle/driver.js';
import { createEntering } from './lifecycle/entering.js';
import { createSteps } from './lifecycle/steps.js';
import { createNodeTransactions } from './lifecycle/transactions.js';
import type { Logger } from './log.js';
import type { NodeObserver } from './metrics/node-metrics.js';
import { acquireNodeLock } from './state/lock.js';
import { openStateStore } from './state/store.js';

export interface WorkerOptions {
  /** The node's key: it queues, signs receipts and is paid. */
  signer: KeyPairSigner;
  /** Those to work in, by preference; at least one. */
  markets: readonly Address[];
  rpcUrl: string;
  wsUrl: string;
  content: ContentClient;
  engine: InferenceEngine;
  hardware: HardwareReport;
  /** Where services of jobs listen: on any free port of 127.0.0.1 where it is left out. */
  servicePlace?: ServicePlace;
  /** Runs the containers that jobs ask for; such jobs fail without. */
  containers?: ContainerHost;
  /** What the nodes program shall say of this node; it is left alone without. */
  description?: NodeDescription;
  /** Signed document of hardware and benchmarks, published before the node queues. */
  report?: unknown;
  /** Where the node remembers what it is at; one folder per node. */
  stateDir: string;
  log: Logger;
  /** Told what the node does, for its figures. */
  observer?: NodeObserver | undefined;
  /** Mints of NFTs that open markets, where one is asked for. */
  accessNfts?: readonly Address[];
  /** Base units of NOS per hour; markets that pay less are passed by. Default 0. */
  minPerHour?: bigint;
  /** How long the node waits at one place of a queue before it looks for a shorter one. Default 15 minutes. */
  patienceMs?: number;
  /** How often the chain is looked at where no notification comes. Default 2 s. */
  pollMs?: number;
  /** How often reading a definition is attempted before the job is answered with a failure. Default 6, over some ten seconds. */
  fetchAttempts?: number;
  /** How long a running job may go on when the node is told to leave. Default 20 s. */
  drainMs?: number;
  /** What becomes of a job that is not done by then: what there is of it is handed in, or the job is handed back. Default finish. */
  drainPolicy?: 'finish' | 'quit';
  /** Whether jobs that other nodes handed back are taken over. Default true. */
  takesOver?: boolean;
}

export interface Worker {
  readonly node: Address;
  /** The chain that it works on, as its genesis hash tells. */
  readonly cluster: Cluster;
  /**
   * Takes jobs until told to leave: then the running job is finished, failed or handed back, and the queue left.
   * @param drain aborted to make it leave
   * @param kill aborted to make it stop at once; what it was at goes on at the next start
   */
  run(drain: AbortSignal, kill?: AbortSignal): Promise<void>;
}

const DEFAULT_POLL_MS = 2_000;
const DEFAULT_PATIENCE_MS = 15 * 60_000;
/** For how many polls what the node needs is believed to be as it was. */
const CONDITIONS_POLLS = 5;
const DEFAULT_FETCH_ATTEMPTS = 6;
const DEFAULT_DRAIN_MS = 20_000;
/** After a drain's time for the job: for the result and for leaving the queue. */
const SETTLE_MS = 30_000;

/**
 * A node of the network.
 * @throws Error if there is no such market, or another process works with this key
 */
export async function createWorker(
  options: WorkerOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<Worker> {
  const { signer, markets, log, pollMs = DEFAULT_POLL_MS, drainMs = DEFAULT_DRAIN_MS } = options;
  const client = createRpcClient({ url: options.rpcUrl, log });
  const { cluster, genesisHash, config: network } = await detectNetwork(client, markets, signal);

  async function work(drain: AbortSignal, kill: AbortSignal): Promise<void> {
    const store = await openStateStore(options.stateDir);
    const reader = createChainReader({ client, network, node: signer.address });
    const watcher = createChainWatcher({ wsUrl: options.wsUrl, network, log });
    const sender = createTransactionSender({ client, watcher, payer: signer });
    const shutdown = new AbortController();
    const over = new AbortController();
    const ending = AbortSignal.any([kill, over.signal]);
    const wake = watcher.watchRuns(signer.address, ending);

    const leave = async () => {
      log.info({ drainMs }, 'leaving: no new job is taken');
      wake.notify();
      await sleep(drainMs, undefined, { signal: over.signal, ref: false });
      shutdown.abort();
      await sleep(SETTLE_MS, undefined, { signal: over.signal, ref: false });
      over.abort(new Error('could not settle in time; the next start goes on from here'));
    };
    const onDrain = () => void leave().catch(() => undefined);
    if (drain.aborted) onDrain();
    else drain.addEventListener('abort', onDrain, { once: true });

    const conditions = createConditions({
      node: signer.address,
      reader,
      content: options.content,
      accessNfts: options.accessNfts ?? [],
      report: options.report,
      log,
      minPerHour: options.minPerHour ?? 0n,
      maxAgeMs: pollMs * CONDITIONS_POLLS,
      kill: ending,
    });
    const books = createBooks({
      node: signer.address,
      dir: options.stateDir,
      reader,
      store,
      log,
      kill: ending,
    });
    const transactions = createNodeTransactions({ network, signer, reader, sender, kill: ending });
    const entering = createEntering({
      network,
      signer,
      conditions,
      reader,
      sender,
      transactions,
      store,
      log,
      kill: ending,
    });
    const steps = createSteps({
      network,
      signer,
      conditions,
      books,
      reader,
      transactions,
      watcher,
      content: options.content,
      engine: options.engine,
      hardware: options.hardware,
      servicePlace: options.servicePlace ?? {},
      containers: options.containers,
      description: options.description,
      store,
      stateDir: options.stateDir,
      log,
      observer: options.observer,
      fetchAttempts: options.fetchAttempts ?? DEFAULT_FETCH_ATTEMPTS,
      pollMs,
      shutdown: shutdown.signal,
      givesBack: options.drainPolicy === 'quit',
      kill: ending,
    });
    try {
      await drive({
        node: signer.address,
        markets,
        patienceMs: options.patienceMs ?? DEFAULT_PATIENCE_MS,
        reader,
        conditions,
        books,
        store,
        steps,
        entering,
        takesOver: options.takesOver ?? true,
        minPerHour: options.minPerHour ?? 0n,
        wake,
        log,
        observer: options.observer,
        pollMs,
        drain,
        kill: ending,
      });
    } finally {
      drain.removeEventListener('abort', onDrain);
      over.abort();
    }
  }

  return {
    node: signer.address,
    cluster,
    async run(drain, kill = new AbortController().signal) {
      const lock = await acquireNodeLock(`${genesisHash} ${network.jobsProgram} ${signer.address}`);
      try {
        // Of a process that was killed: nobody waits for their end.
        if (options.containers) await removeBelongings(options.containers.engine.docker, signer.address);
        await work(drain, kill);
      } finally {
        await lock.release();
      }
    },
  };
}
