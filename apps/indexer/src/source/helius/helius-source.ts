import type { Address } from '@solana/kit';

import type { RpcClient } from '../../rpc/client.js';
import { RpcError } from '../../rpc/errors.js';
import type { AnsweredBatch } from '../answered-batch.js';
import type { SourceBatch } from '../chain-source.js';
import { StaleListingError } from '../errors.js';
import { createTransactionFetcher } from '../fetch-transactions.js';
import type { HistorySource } from '../history-source.js';
import { mapAhead } from '../ordered.js';
import { chunkBySlot } from '../slots.js';
import { checkWindow } from './check-window.js';
import { LyingListError } from './list-window.js';
import { type Marks, marksAfter, marksAt } from './marks.js';
import { createHeliusPages } from './pages.js';
import { resolveListed } from './resolve.js';
import { type HistoryWindow, nextSpan, readWindow } from './window.js';

export interface HeliusSourceOptions {
  /** Of its servers, those that know getTransactionsForAddress are asked for it; lists come from any. */
  readonly rpc: RpcClient;
  /** A transaction that names any of them is delivered, once. */
  readonly addresses: readonly Address[];
  /** Hand on what was answered with each batch, for an archive. */
  readonly keepAnswers?: boolean;
  /** Told of what Helius left out or added, and of why history is had elsewhere. */
  readonly onTrouble?: (error: Error) => void;
  readonly limits?: Partial<HeliusLimits>;
}

export interface HeliusLimits {
  /** Transactions per batch and, about, per window of slots. */
  readonly batch: number;
  /** Windows being read at once. */
  readonly ahead: number;
  /** Transactions per page. */
  readonly page: number;
  /** Slots per window in the beginning. */
  readonly span: bigint;
  /** It ends this many slots before what is final: the rest is had as quickly over plain RPC. */
  readonly near: bigint;
}

/** About 20 MB of transactions, at a typical 10 kB each. */
const DEFAULT_LIMITS: HeliusLimits = { batch: 500, ahead: 4, page: 1_000, span: 1_000n, near: 150n };

/**
 * What is final of the chain, by Helius's getTransactionsForAddress, oldest first. What getSignaturesForAddress lists
 * is the truth that every window is measured by: what Helius leaves out is fetched, what it adds is dropped. Begins
 * after any transaction; ends near the tip, and where Helius does not serve.
 */
export function createHeliusSource(options: HeliusSourceOptions): HistorySource {
  const { rpc, addresses, onTrouble } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const pages = createHeliusPages(rpc, limits.page);
  const fetcher = createTransactionFetcher(rpc);
  const complain = (what: string): void => onTrouble?.(new RpcError('bad_answer', what));

  /** Windows up to what is final, in order and without gaps between them. */
  const windows = async function* (
    start: bigint,
    finalizedSlot: bigint,
    signal: AbortSignal,
  ): AsyncGenerator<HistoryWindow, void> {
    let { span } = limits;
    const read = (from: bigint, to: bigint): Promise<HistoryWindow> =>
      readWindow(
        pages,
        { addresses, from, to, most: limits.batch * 2, minContextSlot: finalizedSlot },
        signal,
      );
    const planned = function* (): Generator<{ from: bigint; to: bigint }> {
      for (let from = start; from <= finalizedSlot; ) {
        const end = from + span - 1n;
        const to = end < finalizedSlot ? end : finalizedSlot;
        yield { from, to };
        from = to + 1n;
      }
    };
    const plan = mapAhead(planned(), limits.ahead, async (range) => ({
      ...range,
      window: await read(range.from, range.to),
    }));
    for await (const { from, to, window: first } of plan) {
      let found = 0;
      for (let window = first; ; window = await read(window.to + 1n, to)) {
        yield window;
        found += window.entries.size;
        if (window.to >= to) break;
      }
      span = nextSpan(to - from + 1n, found, limits.batch);
    }
  };

  /** Windows with a transaction that follows each, so that lists need not begin at the newest. */
  const followed = async function* (all: AsyncIterable<HistoryWindow>): AsyncGenerator<HistoryWindow, void> {
    let held: HistoryWindow | undefined;
    for await (const window of all) {
      if (held === undefined) {
        held = window;
        continue;
      }
      const next = held.next ?? firstOf(window);
      if (next !== null) yield { ...held, next };
      held = next === null ? widened(held, window) : window;
    }
    if (held !== undefined) yield held;
  };

  const deliver = async function* (
    window: HistoryWindow,
    heads: Pick<SourceBatch, 'headSlot' | 'finalizedSlot'>,
    marks: Marks,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch, Marks> {
    const { finalizedSlot } = heads;
    const onExtra = (signature: string): void => complain(`Helius has ${signature}, which no list has`);
    const onMissing = (missing: number, of: number): void =>
      complain(`Helius left out ${missing} of ${of} transactions before slot ${window.to}`);
    const listed = await checkWindow({ rpc, addresses, finalizedSlot, onExtra }, window, marks, signal);
    const once = new Map([...listed.values()].flat().map((entry) => [entry.signature, entry]));
    const inOrder = [...once.values()].sort((left, right) => Number(left.slot - right.slot));
    const chunks = inOrder.length === 0 ? [[]] : [...chunkBySlot(inOrder, limits.batch)];
    for (const [place, chunk] of chunks.entries()) {
      signal.throwIfAborted();
      const resolved = await resolveListed({ rpc, fetcher, onMissing }, chunk, window.entries, signal);
      const batch: SourceBatch = {
        ...heads,
        transactions: resolved.map(({ transaction }) => transaction),
        coveredSlot: place === chunks.length - 1 ? window.to : (chunk.at(-1)?.slot ?? window.to),
        blocks: [],
        atTip: false,
      };
      const answered: AnsweredBatch = { ...batch, answers: resolved.map(({ answer }) => answer) };
      yield options.keepAnswers === true ? answered : batch;
    }
    return marksAfter(marks, listed);
  };

  return {
    async *batches(cursor, signal) {
      let marks = marksAt(addresses, cursor);
      let covered = cursor?.slot ?? -1n;
      try {
        for (;;) {
          const finalizedSlot = await rpc.finalizedSlot(signal);
          const headSlot = await rpc.headSlot(signal);
          if (finalizedSlot - covered <= limits.near) return;
          for await (const window of followed(windows(covered + 1n, finalizedSlot, signal))) {
            marks = yield* deliver(window, { headSlot, finalizedSlot }, marks, signal);
            covered = window.to;
          }
        }
      } catch (error) {
        if (signal.aborted) return;
        // Plain RPC has all of it too, only slower.
        const isTheirs =
          error instanceof RpcError || error instanceof LyingListError || error instanceof StaleListingError;
        if (!isTheirs) throw error;
        onTrouble?.(error);
      }
    },
  };
}

const firstOf = ({ entries }: HistoryWindow): string | null => entries.keys().next().value ?? null;

/** A window and one after it that has nothing. */
const widened = (held: HistoryWindow, { to, next }: HistoryWindow): HistoryWindow => ({ ...held, to, next });
