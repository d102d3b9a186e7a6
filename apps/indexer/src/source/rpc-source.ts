import { linkSignals } from '@inferscan/storage/linked-signal';
import type { Address } from '@solana/kit';
import { backoffMs, pause } from '../rpc/backoff.js';
import type { Commitment, RpcClient } from '../rpc/client.js';
import type { WakeSource } from '../rpc/wake.js';
import type { AnsweredBatch } from './answered-batch.js';
import { type ChainSource, ContinuityError, type SourceBatch, type SourceBlock } from './chain-source.js';
import { advance, advanceByLists, type SourceCursor } from './cursor.js';
import { StaleListingError } from './errors.js';
import { createTransactionFetcher, type FetchedTransaction } from './fetch-transactions.js';
import { createGatherer } from './gather.js';
import { mapAhead } from './ordered.js';
import { placeSlots } from './places.js';
import { readAhead } from './read-ahead.js';
import { createRpcFinality, readBlocks } from './rpc-finality.js';
import { groupSlots, type SlotGroup } from './slot-groups.js';
import { gatherSlots, type ListedEntry, type ListedSlot } from './slots.js';
import type { SignatureSpool } from './spool.js';

export interface RpcSourceOptions {
  readonly rpc: RpcClient;
  readonly wake: WakeSource;
  readonly spool: SignatureSpool;
  /** A transaction that names any of them is delivered, once. */
  readonly addresses: readonly Address[];
  /** Hand on what was answered with each batch, for an archive. */
  readonly keepAnswers?: boolean;
  /** Look at the chain at least this often. Default 1 s. */
  readonly pollMs?: number;
  /** Told of a sweep that failed and will be repeated. */
  readonly onRetry?: (error: Error) => void;
  readonly limits?: Partial<RpcSourceLimits>;
}

/** What bounds the memory that a source takes, however long the history is. */
export interface RpcSourceLimits {
  /** Signatures of one sweep held in memory; longer lists go to the spool. */
  readonly maxListed: number;
  /** Transactions per batch handed on, more where a slot has more. */
  readonly batch: number;
  /** Batches being fetched at once: enough that how many requests are on their way is up to the client's pace. */
  readonly ahead: number;
  /** Batches that were read and wait to be taken. */
  readonly held: number;
  /** Entries read from the spool at once. */
  readonly spoolChunk: number;
}

/** So often in a row a node may not know what was stored: one behind a balancer may lag. */
const MAX_LAGGING = 1;

/**
 * About 3 MB of signatures and, with a typical 10 kB a transaction, 24 MB of transactions, asked for in 48 requests, and as much
 * that was read. At the tip each batch is a slot: as many are read as pass while the chain is looked at once more.
 */
const DEFAULT_LIMITS: RpcSourceLimits = {
  maxListed: 10_000,
  batch: 200,
  ahead: 12,
  held: 12,
  spoolChunk: 2_000,
};

/**
 * A chain behind any Solana JSON-RPC. Truth is what getSignaturesForAddress lists up to a confirmed slot;
 * websockets only say when to look.
 */
export function createRpcSource(options: RpcSourceOptions): ChainSource {
  const { rpc, wake, spool, addresses } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const fetcher = createTransactionFetcher(rpc);
  const gatherer = createGatherer({ rpc, spool, addresses, maxListed: limits.maxListed });

  /** @throws StaleListingError when what was listed is gone */
  const fetchGroup = async ({ group, heads }: Listed, signal: AbortSignal): Promise<SourceBatch> => {
    const { slots, coveredSlot, atTip } = group;
    if (slots.length === 0) return { ...heads, transactions: [], blocks: [], coveredSlot, atTip };
    const commitmentOf = (slot: bigint): Commitment =>
      slot > heads.finalizedSlot ? 'confirmed' : 'finalized';
    const fetching = placeSlots(rpc, slots, commitmentOf, signal).then((placed) =>
      fetcher.fetch(placed, signal),
    );
    // Should a fork come between the two, the hash will not be that of the final block, or its list another.
    const [fetched, blocks] = await Promise.all([fetching, blocksOf(slots, heads, signal)]);
    const transactions = fetched.map(({ transaction }) => transaction);
    const batch: AnsweredBatch = {
      ...heads,
      transactions,
      blocks,
      coveredSlot,
      atTip,
      answers: answersOf(fetched),
    };
    return batch;
  };

  const answersOf = (fetched: readonly FetchedTransaction[]): readonly unknown[] =>
    options.keepAnswers === true ? fetched.map(({ answer }) => answer) : [];

  const blocksOf = async (
    slots: readonly ListedSlot[],
    { finalizedSlot }: Heads,
    signal: AbortSignal,
  ): Promise<SourceBlock[]> => {
    const open = slots.flatMap(({ slot }) => (slot > finalizedSlot ? [slot] : []));
    const blocks = await readBlocks(rpc, open, signal);
    if (blocks === null) throw new StaleListingError(`a block among ${open.join(', ')} is gone`);
    return blocks;
  };

  /** What the spool holds, oldest first. */
  const readSpool = async function* (doneSlot: bigint, heads: Heads): AsyncGenerator<Listed, void> {
    for (let from = doneSlot; ; ) {
      const chunk = await spool.readOldest(from, limits.spoolChunk);
      const slots = gatherSlots(chunk.length < limits.spoolChunk ? chunk : withoutLastSlot(chunk));
      const last = slots.at(-1);
      if (last === undefined) return;
      const groups = groupSlots(slots, {
        batch: limits.batch,
        finalizedSlot: last.slot,
        endSlot: last.slot,
        atTip: false,
      });
      for (const group of groups) yield { group, heads };
      from = last.slot;
    }
  };

  /** Finishes listings that were interrupted, then hands out what they hold; gives the cursor after it. */
  const drainSpool = async function* (
    cursor: SourceCursor | null,
    readHeads: HeadReader,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch, SourceCursor | null> {
    if ((await spool.state()) === null) return cursor;
    await gatherer.completeSpool(cursor, signal);
    const listed = readSpool(cursor?.slot ?? -1n, await readHeads(signal));
    let after = cursor;
    for await (const batch of mapAhead(listed, limits.ahead, (one) => fetchGroup(one, signal))) {
      yield batch;
      after = advance(after, batch.transactions, addresses);
    }
    // Not before: whoever takes the batches may store them later than the next is asked for, and be stopped between.
    await spool.clear();
    return after;
  };

  /**
   * Looks at the chain again and again, from where the last look ended: what that found may still be on its way. Ends when a
   * look found too much for memory, which is in the spool then, and when aborted.
   */
  const looks = async function* (
    start: SourceCursor | null,
    readHeads: HeadReader,
    signal: AbortSignal,
  ): AsyncGenerator<Listed, void> {
    for (let cursor = start; !signal.aborted; ) {
      // Asked first: whatever the lists then hold up to this slot is all there is.
      const heads = await readHeads(signal);
      const entries = await gatherer.list(cursor, heads, signal);
      if (entries === null) return;
      const { headSlot: endSlot, finalizedSlot } = heads;
      const range = { batch: limits.batch, finalizedSlot, endSlot, atTip: true };
      const groups = groupSlots(gatherSlots(entries), range);
      if (groups.length === 0) groups.push({ slots: [], coveredSlot: endSlot, atTip: true });
      for (const group of groups) yield { group, heads };
      cursor = advanceByLists(cursor, entries);
      await wake.wait(options.pollMs ?? 1_000, endSlot, signal);
    }
  };

  /** Fetches what was found while the chain is looked at for more. */
  const deliver = async function* (
    cursor: SourceCursor | null,
    readHeads: HeadReader,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch, void> {
    const looking = linkSignals(signal);
    const fetch = async (listed: Listed): Promise<SourceBatch> => {
      try {
        return await fetchGroup(listed, signal);
      } catch (error) {
        // What follows rests on it.
        looking.abort();
        throw error;
      }
    };
    try {
      yield* mapAhead(looks(cursor, readHeads, looking.signal), limits.ahead, fetch);
    } finally {
      looking.release();
    }
  };

  const sweep = async function* (
    cursor: SourceCursor | null,
    readHeads: HeadReader,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch, void> {
    const from = yield* drainSpool(cursor, readHeads, signal);
    yield* deliver(from, readHeads, signal);
  };

  const follow = async function* (
    start: SourceCursor | null,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch, void> {
    let cursor = start;
    const readHeads = createHeadReader(rpc);
    for (let failures = 0; !signal.aborted; ) {
      try {
        for await (const batch of sweep(cursor, readHeads, signal)) {
          yield batch;
          cursor = advance(cursor, batch.transactions, addresses);
          failures = 0;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof StaleListingError) && !(error instanceof ContinuityError)) throw error;
        if (error instanceof ContinuityError && failures >= MAX_LAGGING) throw error;
        options.onRetry?.(error);
        await pause(backoffMs(failures++, { firstMs: 200 }), signal).catch(() => {});
      }
    }
  };

  return {
    ...createRpcFinality(rpc, addresses),
    genesisHash: (signal) => rpc.genesisHash(signal),
    // The next look at the chain takes as long as storing what the last one found, a slot at a time: neither waits for the other.
    batches: (start, signal) => readAhead((ended) => follow(start, ended), limits.held, signal),
    proven() {},
    close: () => wake.close(),
  };
}

/** How far the chain is. */
type Heads = Pick<SourceBatch, 'headSlot' | 'finalizedSlot'>;

/** What a look at the chain found, or a part of it, and how far the chain was then. */
interface Listed {
  readonly group: SlotGroup;
  readonly heads: Heads;
}

type HeadReader = (signal: AbortSignal) => Promise<Heads>;

/** Whoever takes a batch proves what became final since the one before; where much happens, that is dear for every slot. */
const FINALITY_MS = 1_000;

function createHeadReader(rpc: RpcClient): HeadReader {
  let finalizedSlot = -1n;
  let askedAt = Number.NEGATIVE_INFINITY;
  return async (signal) => {
    const readFinality = async (): Promise<void> => {
      if (performance.now() - askedAt < FINALITY_MS) return;
      finalizedSlot = await rpc.finalizedSlot(signal);
      askedAt = performance.now();
    };
    const [headSlot] = await Promise.all([rpc.headSlot(signal), readFinality()]);
    // What is final is confirmed, whichever of the two, or of several nodes, answered first.
    return headSlot < finalizedSlot
      ? { headSlot: finalizedSlot, finalizedSlot }
      : { headSlot, finalizedSlot };
  };
}

function withoutLastSlot(entries: readonly ListedEntry[]): readonly ListedEntry[] {
  const last = entries.at(-1)?.slot;
  const whole = entries.filter(({ slot }) => slot !== last);
  // A slot with more than a chunk's worth cannot be: blocks are smaller.
  return whole.length > 0 ? whole : entries;
}
