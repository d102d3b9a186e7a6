import type { TestDatabase } from '@inferscan/db/testing';

import { follow } from '../../src/pipeline/follow.js';
import { createHealer } from '../../src/reconcile/healer.js';
import type { Reconciliation } from '../../src/reconcile/reconcile.js';
import { createReconciler } from '../../src/reconcile/reconciler.js';
import { createRpcClient } from '../../src/rpc/client.js';
import { createWakeSource } from '../../src/rpc/wake.js';
import { createRpcSource } from '../../src/source/rpc-source.js';
import { programsOf } from '../../src/source/scope.js';
import { createPostgresSpool } from '../../src/store/postgres-spool.js';
import { createPostgresStore } from '../../src/store/postgres-store.js';
import type { TestChain } from './chain.js';

/** Follows a chain and compares with it every half a second, without content and all else that an indexer does. */
export interface HealingIndexer {
  readonly outcomes: readonly Reconciliation[];
  /** What was done about differences. */
  readonly healings: readonly string[];
  readonly failures: readonly string[];
  stop(): Promise<void>;
}

export function startHealingIndexer(
  { net, network }: TestChain,
  { database }: TestDatabase,
  url = net.url,
): HealingIndexer {
  const stopper = new AbortController();
  const { signal } = stopper;
  const rpc = createRpcClient({ url });
  const store = createPostgresStore({ database, cluster: 'localnet' });
  const source = createRpcSource({
    rpc,
    wake: createWakeSource({ wsUrl: net.wsUrl, mentions: programsOf(network) }),
    spool: createPostgresSpool(database),
    addresses: programsOf(network),
    pollMs: 100,
  });
  const healer = createHealer({ database, network });
  const outcomes: Reconciliation[] = [];
  const healings: string[] = [];
  const failures: string[] = [];
  const reconciler = createReconciler({
    database,
    rpc,
    network,
    healer,
    intervalMs: 500,
    onOutcome: (outcome) => outcomes.push(outcome),
    onHealing: (done) => healings.push(done),
    onFailure: ({ message }) => failures.push(message),
  });
  let reconciled: Promise<void> | undefined;
  const fail = (error: unknown): void => {
    failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    stopper.abort();
  };
  const run = async (): Promise<void> => {
    try {
      await store.open(await source.genesisHash(signal));
      await follow(
        {
          source,
          store,
          network,
          between: healer.beside({ source, store }),
          onProgress: ({ phase, indexedSlot }) => {
            reconciler.covered(indexedSlot);
            if (phase === 'tip') reconciled ??= reconciler.run(signal).catch(fail);
          },
          onRollback: ({ toSlot }) => reconciler.covered(toSlot),
        },
        signal,
      );
    } catch (error) {
      if (!signal.aborted) fail(error);
    } finally {
      source.close();
      stopper.abort();
      await reconciled;
    }
  };
  const done = run();
  return {
    outcomes,
    healings,
    failures,
    async stop() {
      stopper.abort();
      await done;
    },
  };
}
