import { createNetworkFold, type NetworkConfig } from '@inferscan/protocol';

import { type Stage, timeStages } from '../ops/stages.js';
import { backoffMs, pause } from '../rpc/backoff.js';
import { type ChainSource, ContinuityError, finalUpTo } from '../source/chain-source.js';
import type { SourceCursor } from '../source/cursor.js';
import type { Finishing, IndexerStatus, Store } from '../store/store.js';
import { ForkError, type RolledBack, rollBackFork } from './finality.js';
import { createLoading } from './loading.js';
import { mergeChanges } from './merge.js';
import { createProving } from './proving.js';

export interface FollowOptions {
  readonly source: ChainSource;
  readonly store: Store;
  readonly network: NetworkConfig;
  /** After every batch, stored or empty. */
  readonly onProgress: (progress: Progress) => void;
  /** Before each step that puts the store in order after a load in bulk. */
  readonly onFinishing?: (finishing: Finishing) => void;
  /** After every stage of a batch with transactions. */
  readonly onStage?: (stage: Stage, seconds: number) => void;
  /** After transactions were taken back because a fork dropped them. */
  readonly onRollback?: (rolledBack: RolledBack & { readonly reason: string }) => void;
  /** Somebody else who may write between two batches, when everything is committed and nothing is being proven. */
  readonly between?: OtherWriter;
}

export interface OtherWriter {
  /** Whether it has something to write. */
  readonly isAsked: boolean;
  /** @returns whether the tables were changed */
  takeTurn(signal: AbortSignal): Promise<boolean>;
}

export interface Progress extends Omit<IndexerStatus, 'error'> {
  /** Transactions that the batch held. */
  readonly transactions: number;
  /** Whether they are being loaded in bulk: indexes are missing meanwhile, and not all that was read is committed. */
  readonly isBulk?: true;
}

/**
 * The loop that drives everything: a source's batches through the fold into the store, until aborted.
 * It begins where the store is, so it can be stopped anywhere and run again. Transactions that a fork dropped are
 * taken back, and it goes on from there.
 * @throws LostHistoryError, and what source and store throw
 */
export async function follow(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const phase: Phase = { reachedTip: false };
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const onProven = (): void => {
        failures = 0;
      };
      // What the fold has in memory rests on the tables: when these were changed, it is read from them anew.
      while ((await followBranch(options, phase, onProven, signal)) === 'changed') failures = 0;
      return;
    } catch (error) {
      if (signal.aborted || !(error instanceof ForkError || error instanceof ContinuityError)) throw error;
      const rolledBack = await repair(options, error, signal);
      if (rolledBack !== null) options.onRollback?.({ ...rolledBack, reason: error.message });
      else if (failures >= MAX_UNEXPLAINED) throw new LostHistoryError(error);
      // A chain that contradicts itself again and again is asked more and more slowly.
      if (failures > 0) await pause(backoffMs(failures), signal);
    }
  }
}

/** So often in a row, over some seconds, the chain may miss what is stored without a fork that explains it. */
const MAX_UNEXPLAINED = 5;

/** The chain lost what is stored, and it was no fork. */
class LostHistoryError extends Error {
  override readonly name = 'LostHistoryError';

  constructor(cause: ContinuityError | ForkError) {
    super(
      `${cause.message}, and no fork explains it: use an RPC with full history, or start over with --reset`,
      { cause },
    );
  }
}

interface Phase {
  reachedTip: boolean;
}

async function followBranch(
  { source, store, network, onProgress, onStage, onFinishing = () => {}, between }: FollowOptions,
  phase: Phase,
  onProven: () => void,
  signal: AbortSignal,
): Promise<'ended' | 'changed'> {
  const cursor = await store.cursor();
  let after: Pick<SourceCursor, 'signature'> | null = cursor;
  const fold = createNetworkFold(network, await store.snapshot());
  const stages = timeStages(onStage);
  const loading = createLoading({ store, fold, onFinishing }, signal);
  const proving = createProving({ source, store, onProven }, signal);
  let failed = true;
  try {
    for await (const batch of source.batches(cursor, signal)) {
      const { transactions, blocks, headSlot, coveredSlot } = batch;
      const isFinal = transactions.length > 0 && blocks.length === 0;
      if (transactions.length > 0) stages.done('fetch');
      // It marks everything before it as final.
      if (isFinal) await proving.done();
      if (await loading.take(batch)) {
        stages.done('write');
        source.proven(finalUpTo(batch));
        after = transactions.at(-1) ?? after;
        const indexedSlot = loading.committedSlot;
        onProgress({
          headSlot,
          indexedSlot,
          phase: 'backfill',
          transactions: transactions.length,
          isBulk: true,
        });
        stages.restart();
        continue;
      }
      if (isFinal) await proving.now(batch);
      if (transactions.length > 0) {
        const changes = mergeChanges(transactions.map((transaction) => fold.apply(transaction)));
        stages.done('fold');
        await store.commit({ after, transactions, changes, block: blocks[0] ?? null });
        stages.done('write');
        after = transactions.at(-1) ?? after;
      }
      if (!isFinal) proving.begin(batch);
      phase.reachedTip ||= batch.atTip;
      onProgress({
        headSlot,
        indexedSlot: coveredSlot,
        phase: phase.reachedTip ? 'tip' : 'backfill',
        transactions: transactions.length,
      });
      if (between?.isAsked === true) {
        await proving.done();
        if (await between.takeTurn(signal)) {
          failed = false;
          return 'changed';
        }
      }
      stages.restart();
    }
    if (!signal.aborted) {
      await proving.done();
      await loading.finish();
    }
    failed = false;
    return 'ended';
  } finally {
    await proving.close();
    await loading.close(!failed || signal.aborted);
  }
}

/** Takes back what the chain dropped; null when it dropped nothing. */
async function repair(
  { source, store }: FollowOptions,
  error: ForkError | ContinuityError,
  signal: AbortSignal,
): Promise<RolledBack | null> {
  if (error instanceof ForkError) {
    const { lastGoodSlot } = error;
    return { toSlot: lastGoodSlot, transactions: await store.rollBack(lastGoodSlot) };
  }
  return rollBackFork({ source, store }, signal);
}
