import type { ChainTransaction } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { backoffMs, pause } from '../rpc/backoff.js';
import type { RpcClient, SignatureEntry } from '../rpc/client.js';
import type { WakeSource } from '../rpc/wake.js';
import {
  type ChainSource,
  ContinuityError,
  type SourceBatch,
  type SourceBlock,
  type SourceCursor,
} from './chain-source.js';
import { createTransactionFetcher, StaleListingError } from './fetch-transactions.js';
import { listSignatures } from './list-signatures.js';
import { mapAhead } from './ordered.js';
import { createRpcFinality, readBlocks } from './rpc-finality.js';
import { chunkBySlot, type PlacedSignature, placeInSlots } from './slots.js';
import type { SignatureSpool } from './spool.js';

export interface RpcSourceOptions {
  readonly rpc: RpcClient;
  readonly wake: WakeSource;
  readonly spool: SignatureSpool;
  readonly program: Address;
  /** Look at the chain at least this often. Default 1 s. */
  readonly pollMs?: number;
  /** Told of a sweep that failed and will be repeated. */
  readonly onRetry?: (error: Error) => void;
  readonly limits?: Partial<RpcSourceLimits>;
}

/** What bounds the memory that a source takes, however long the history is. */
export interface RpcSourceLimits {
  /** Signatures of one sweep held in memory; a longer list goes to the spool. */
  readonly maxListed: number;
  /** Transactions per batch handed on, more where a slot has more. */
  readonly batch: number;
  /** Batches being fetched at once. */
  readonly ahead: number;
  /** Entries read from the spool at once. */
  readonly spoolChunk: number;
}

/** So often in a row a node may not know what was stored: one behind a balancer may lag. */
const MAX_LAGGING = 1;

/** About 3 MB of signatures and, with a typical 10 kB a transaction, 8 MB of transactions. */
const DEFAULT_LIMITS: RpcSourceLimits = { maxListed: 10_000, batch: 200, ahead: 4, spoolChunk: 2_000 };

/**
 * A chain behind any Solana JSON-RPC. Truth is what getSignaturesForAddress lists up to a confirmed slot;
 * websockets only say when to look.
 */
export function createRpcSource(options: RpcSourceOptions): ChainSource {
  const { rpc, wake, spool, program } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const fetcher = createTransactionFetcher(rpc);

  /** Fetches what was listed; what is not final slot by slot, with its blocks. */
  const deliver = async function* (
    entries: readonly SignatureEntry[],
    heads: Heads,
    range: { endSlot: bigint; atTip: boolean },
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch, void> {
    const placed = placeInSlots(entries);
    const firstOpen = placed.findIndex(({ slot }) => slot > heads.finalizedSlot);
    const final = firstOpen === -1 ? placed : placed.slice(0, firstOpen);
    const chunks = [
      ...chunkBySlot(final, limits.batch),
      ...(firstOpen === -1 ? [] : chunkBySlot(placed.slice(firstOpen), 1)),
    ];
    const fetched = mapAhead(chunks, limits.ahead, async (chunk: PlacedSignature[]) => ({
      transactions: await fetcher.fetch(chunk, signal),
      blocks: await blocksOf(chunk, heads, signal),
    }));
    let done = 0;
    for await (const { transactions, blocks } of fetched) {
      const last = ++done === chunks.length;
      yield {
        ...heads,
        transactions,
        blocks,
        coveredSlot: last ? range.endSlot : lastSlot(transactions, range.endSlot),
        atTip: last && range.atTip,
      };
    }
  };

  /** @throws StaleListingError when a block is gone */
  const blocksOf = async (
    chunk: readonly PlacedSignature[],
    { finalizedSlot }: Heads,
    signal: AbortSignal,
  ): Promise<SourceBlock[]> => {
    const open = [...new Set(chunk.map(({ slot }) => slot))].filter((slot) => slot > finalizedSlot);
    const blocks = await readBlocks(rpc, open, signal);
    if (blocks === null) throw new StaleListingError(`a block among ${open.join(', ')} is gone`);
    return blocks;
  };

  /** Lists into memory; null when the list is too long and its final part went to the spool instead. */
  const list = async (
    cursor: SourceCursor | null,
    { headSlot, finalizedSlot }: Heads,
    signal: AbortSignal,
  ): Promise<SignatureEntry[] | null> => {
    const listed: SignatureEntry[] = [];
    const isFinal = ({ slot }: SignatureEntry): boolean => slot <= finalizedSlot;
    let spooling = false;
    for await (const page of listSignatures(rpc, program, { cursor, upToSlot: headSlot }, signal)) {
      if (!spooling) {
        listed.push(...page);
        if (listed.filter(isFinal).length <= limits.maxListed) continue;
        spooling = true;
        await spool.begin(cursor?.slot ?? -1n, finalizedSlot);
        await spool.append(listed.filter(isFinal));
        listed.length = 0;
      } else {
        await spool.append(page.filter(isFinal));
      }
    }
    if (!spooling) return listed.reverse();
    await spool.markComplete();
    return null;
  };

  /** Finishes a listing that was interrupted, then hands out what it holds, oldest first. */
  const drainSpool = async function* (
    cursor: SourceCursor | null,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch, void> {
    const state = await spool.state();
    if (state === null) return;
    if (!state.complete) {
      const range = {
        cursor,
        upToSlot: state.upToSlot,
        ...(state.oldest === null ? {} : { resumeBefore: state.oldest.signature }),
      };
      for await (const page of listSignatures(rpc, program, range, signal)) await spool.append(page);
      await spool.markComplete();
    }
    const heads = await readHeads(rpc, signal);
    let doneSlot = cursor?.slot ?? -1n;
    for (;;) {
      const chunk = await spool.readOldest(doneSlot, limits.spoolChunk);
      const whole = chunk.length < limits.spoolChunk ? chunk : withoutLastSlot(chunk);
      const last = whole.at(-1);
      if (last === undefined) break;
      yield* deliver(whole, heads, { endSlot: last.slot, atTip: false }, signal);
      doneSlot = last.slot;
      await spool.discardThrough(doneSlot);
    }
    await spool.clear();
  };

  const sweep = async function* (
    cursor: SourceCursor | null,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch, void> {
    const spooled = yield* tracked(drainSpool(cursor, signal));
    const from = spooled ?? cursor;
    // Asked first: whatever the list then holds up to this slot is all there is.
    const heads = await readHeads(rpc, signal);
    const entries = await list(from, heads, signal);
    if (entries === null) return;
    const endSlot = heads.headSlot;
    if (entries.length === 0) {
      yield { ...heads, transactions: [], blocks: [], coveredSlot: endSlot, atTip: true };
    } else {
      yield* deliver(entries, heads, { endSlot, atTip: true }, signal);
    }
  };

  return {
    ...createRpcFinality(rpc, program),
    genesisHash: (signal) => rpc.genesisHash(signal),
    async *batches(start, signal) {
      let cursor = start;
      for (let failures = 0; !signal.aborted; ) {
        try {
          let atTip = false;
          for await (const batch of sweep(cursor, signal)) {
            yield batch;
            cursor = advance(cursor, batch.transactions);
            atTip = batch.atTip;
            failures = 0;
          }
          if (atTip) await wake.wait(options.pollMs ?? 1_000, signal);
        } catch (error) {
          if (signal.aborted) return;
          if (!(error instanceof StaleListingError) && !(error instanceof ContinuityError)) throw error;
          if (error instanceof ContinuityError && failures >= MAX_LAGGING) throw error;
          options.onRetry?.(error);
          await pause(backoffMs(failures++, { firstMs: 200 }), signal).catch(() => {});
        }
      }
    },
    close: () => wake.close(),
  };
}

/** How far the chain is. */
type Heads = Pick<SourceBatch, 'headSlot' | 'finalizedSlot'>;

async function readHeads(rpc: RpcClient, signal: AbortSignal): Promise<Heads> {
  // Finality first: what is final then is confirmed when the head is asked for, unless another node answers.
  const finalizedSlot = await rpc.finalizedSlot(signal);
  const headSlot = await rpc.headSlot(signal);
  if (headSlot < finalizedSlot) return { headSlot: finalizedSlot, finalizedSlot };
  return { headSlot, finalizedSlot };
}

function lastSlot(transactions: readonly ChainTransaction[], otherwise: bigint): bigint {
  return transactions.at(-1)?.slot ?? otherwise;
}

function withoutLastSlot(entries: readonly SignatureEntry[]): SignatureEntry[] {
  const last = entries.at(-1)?.slot;
  const whole = entries.filter(({ slot }) => slot !== last);
  // A slot with more than a chunk's worth cannot be: blocks are smaller.
  return whole.length > 0 ? whole : [...entries];
}

/** The cursor after more transactions were stored. */
export function advance(
  cursor: SourceCursor | null,
  transactions: readonly ChainTransaction[],
): SourceCursor | null {
  const last = transactions.at(-1);
  if (last === undefined) return cursor;
  const previous = transactions.at(-2)?.signature ?? cursor?.signature ?? null;
  return { slot: last.slot, signature: last.signature, previousSignature: previous };
}

/** Passes batches on and returns the cursor after them, null if there were none. */
async function* tracked(
  batches: AsyncGenerator<SourceBatch, void>,
): AsyncGenerator<SourceBatch, SourceCursor | null> {
  let cursor: SourceCursor | null = null;
  for await (const batch of batches) {
    yield batch;
    cursor = advance(cursor, batch.transactions);
  }
  return cursor;
}
