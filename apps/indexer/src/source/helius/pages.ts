import type { Address } from '@solana/kit';
import { z } from 'zod';

import { backoffMs, pause } from '../../rpc/backoff.js';
import type { RpcClient } from '../../rpc/client.js';
import { RpcError } from '../../rpc/errors.js';
import { TransactionAnswer } from '../../rpc/schemas.js';

/** A transaction as Helius gives it: whole, and with its place. */
export interface HeliusEntry {
  readonly signature: string;
  readonly slot: bigint;
  /** Place in the block. */
  readonly index: number;
  /** As getTransaction would answer. */
  readonly answer: unknown;
}

export interface HeliusPage {
  /** In chain order. The last slot may go on in the next page. */
  readonly entries: readonly HeliusEntry[];
  /** Asks for the next page; null: there is none. */
  readonly token: string | null;
}

export interface PageQuery {
  readonly address: Address;
  /** Slots, both ends included; the last one is final. */
  readonly from: bigint;
  readonly to: bigint;
  readonly token: string | null;
  /** The answering node must have finalized this slot. */
  readonly minContextSlot: bigint;
}

export interface HeliusPages {
  /** @throws RpcError when the server does not serve this method, or fails again and again */
  read(query: PageQuery, signal: AbortSignal): Promise<HeliusPage>;
}

/** What servers take today, and what they took before. */
const LARGEST_PAGE = 1_000;
const SMALLER_PAGE = 100;
const SMALLEST_PAGE = 10;
/** Failures in a row, over about two minutes, after which history is had elsewhere. */
const MAX_FAILURES = 20;

const PageAnswer = z.looseObject({
  data: z.array(z.unknown()),
  paginationToken: z.string().min(1).nullish(),
});

/** Reads `getTransactionsForAddress`, oldest first, in pages as large as the server takes. */
export function createHeliusPages(rpc: RpcClient, largest = LARGEST_PAGE): HeliusPages {
  let most = largest;
  let limit = largest;

  const attempt = async (query: PageQuery, size: number, signal: AbortSignal): Promise<HeliusPage> => {
    const { address, from, to, token, minContextSlot } = query;
    const config = {
      commitment: 'finalized',
      encoding: 'json',
      maxSupportedTransactionVersion: 0,
      transactionDetails: 'full',
      sortOrder: 'asc',
      limit: size,
      minContextSlot: Number(minContextSlot),
      filters: { slot: { gte: Number(from), lte: Number(to) } },
      ...(token === null ? {} : { paginationToken: token }),
    };
    const [outcome] = await rpc.send(
      [{ method: 'getTransactionsForAddress', params: [address, config] }],
      signal,
    );
    if (outcome?.ok !== true) {
      throw outcome?.error ?? new RpcError('bad_answer', 'getTransactionsForAddress: no answer');
    }
    return readPage(outcome.result, query);
  };

  /** Asks for less after a page of `asked` failed; says whether that may help. Pages of before do not count twice. */
  const shrink = ({ code, rpcCode }: RpcError, asked: number): boolean => {
    if (asked > limit) return true;
    if (code === 'refused') {
      if (rpcCode !== -32_602 || asked <= SMALLER_PAGE) return false;
      most = SMALLER_PAGE;
      limit = SMALLER_PAGE;
      return true;
    }
    if (code !== 'rate_limited' && code !== 'behind') limit = Math.max(SMALLEST_PAGE, Math.floor(limit / 2));
    return true;
  };

  return {
    async read(query, signal) {
      for (let failures = 0; ; ) {
        const asked = limit;
        try {
          const page = await attempt(query, asked, signal);
          rpc.report(null);
          limit = Math.min(most, limit + SMALLEST_PAGE);
          return page;
        } catch (error) {
          if (!(error instanceof RpcError)) throw error;
          if (!(shrink(error, asked) || error.retryable) || ++failures > MAX_FAILURES) throw error;
          rpc.report(error);
          await pause(Math.max(error.retryAfterMs ?? 0, backoffMs(failures, { firstMs: 50 })), signal);
        }
      }
    },
  };
}

/** @throws RpcError `bad_answer` */
function readPage(result: unknown, { from, to }: PageQuery): HeliusPage {
  const wrong = (what: string): RpcError => new RpcError('bad_answer', `getTransactionsForAddress: ${what}`);
  const parsed = PageAnswer.safeParse(result);
  if (!parsed.success) throw wrong(z.prettifyError(parsed.error).slice(0, 300));
  const { data, paginationToken } = parsed.data;
  // One that cannot be read is as good as left out: it is fetched by itself.
  const entries = data.flatMap((answer) => readEntry(answer) ?? []);
  if (data.length > 0 && entries.length === 0) throw wrong('no transaction that can be read');
  entries.forEach(({ slot, index, signature }, place) => {
    const before = entries[place - 1];
    if (slot < from || slot > to) throw wrong(`${signature} of slot ${slot} was not asked for`);
    if (before !== undefined && (slot < before.slot || (slot === before.slot && index <= before.index))) {
      throw wrong(`${signature} is out of order`);
    }
  });
  return { entries, token: paginationToken ?? null };
}

function readEntry(answer: unknown): HeliusEntry | null {
  const parsed = TransactionAnswer.safeParse(answer);
  if (!parsed.success) return null;
  const { slot, transactionIndex, transaction } = parsed.data;
  const [signature] = transaction.signatures;
  if (signature === undefined || transactionIndex === null || transactionIndex === undefined) return null;
  return { signature, slot, index: transactionIndex, answer };
}
