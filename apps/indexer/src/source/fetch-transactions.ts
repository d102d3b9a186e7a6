import { type ChainTransaction, normalizeRpcTransaction, TransactionFormatError } from '@inferscan/protocol';
import { z } from 'zod';

import { backoffMs, pause } from '../rpc/backoff.js';
import type { RpcClient } from '../rpc/client.js';
import { RpcError } from '../rpc/errors.js';
import type { RpcOutcome } from '../rpc/http.js';
import { TransactionAnswer } from '../rpc/schemas.js';
import { StaleListingError } from './errors.js';
import { createRequestSize } from './request-size.js';
import { sideBySide } from './side-by-side.js';
import type { PlacedSignature } from './slots.js';

/** A transaction with what the RPC answered for it. */
export interface FetchedTransaction {
  readonly transaction: ChainTransaction;
  readonly answer: unknown;
}

export interface TransactionFetcher {
  /** All of them, in the order given; one that does not come, or comes malformed, is asked for again and again. */
  fetch(wanted: readonly PlacedSignature[], signal: AbortSignal): Promise<FetchedTransaction[]>;
}

/** The RPC has no transaction that it listed. Nodes that are catching up say so too, for a moment. */
class MissingTransactionError extends RpcError {
  constructor(signature: string) {
    super('bad_answer', `getTransaction: ${signature} is confirmed, but the RPC does not have it yet`);
  }
}

/** Transactions asked for in one request, where the server takes so many. */
const MAX_REQUEST = 50;
/** So often in a row, over about ten seconds, a listed transaction may be missing before the listing is doubted. */
const MAX_MISSING = 8;

/**
 * Fetches in JSON-RPC batches whose size follows what the server takes, all at once: how many requests really are on
 * their way is for the client's pace to say.
 */
export function createTransactionFetcher(rpc: RpcClient): TransactionFetcher {
  const size = createRequestSize(MAX_REQUEST);

  const fetchOnce = async (
    wanted: readonly PlacedSignature[],
    signal: AbortSignal,
  ): Promise<{ fetched: FetchedTransaction[]; trouble: RpcError | null }> => {
    const calls = wanted.map(({ signature }) => ({
      method: 'getTransaction',
      params: [signature, { commitment: 'confirmed', encoding: 'json', maxSupportedTransactionVersion: 0 }],
    }));
    let outcomes: RpcOutcome[];
    try {
      outcomes = await rpc.send(calls, signal);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      // A server that takes no batches, or none of this size, says so in many ways.
      if (wanted.length === 1 && !error.retryable) throw error;
      if (error.code !== 'rate_limited' && error.code !== 'behind') size.failed(wanted.length);
      return { fetched: [], trouble: error };
    }
    const fetched: FetchedTransaction[] = [];
    let trouble: RpcError | null = null;
    wanted.forEach((place, index) => {
      const outcome = outcomes[index];
      if (outcome?.ok !== true) {
        trouble = outcome?.error ?? new RpcError('bad_answer', 'getTransaction: no answer');
        return;
      }
      const read = readTransaction(place, outcome.result);
      if (read instanceof RpcError) trouble = read;
      else fetched.push({ transaction: read, answer: outcome.result });
    });
    if (trouble === null) size.answered();
    return { fetched, trouble };
  };

  /** Fetches what one request may ask for, in several where the server takes less. */
  const fetchPart = async (
    wanted: readonly PlacedSignature[],
    found: Map<string, FetchedTransaction>,
    signal: AbortSignal,
  ): Promise<void> => {
    for (let tries = 0; ; ) {
      const missing = wanted.filter(({ signature }) => !found.has(signature)).slice(0, size.now);
      if (missing.length === 0) return;
      const { fetched, trouble } = await fetchOnce(missing, signal);
      for (const one of fetched) found.set(one.transaction.signature, one);
      rpc.report(trouble);
      if (trouble === null) {
        tries = 0;
        continue;
      }
      // Asked for less, it may answer at once.
      if (trouble.code === 'too_large' && missing.length > 1) continue;
      // A fork may have dropped it since it was listed.
      if (trouble instanceof MissingTransactionError && tries >= MAX_MISSING) {
        throw new StaleListingError(trouble.message);
      }
      await pause(Math.max(trouble.retryAfterMs ?? 0, backoffMs(tries++, { firstMs: 50 })), signal);
    }
  };

  return {
    async fetch(wanted, signal) {
      const found = new Map<string, FetchedTransaction>();
      const parts: PlacedSignature[][] = [];
      const most = size.now;
      for (let start = 0; start < wanted.length; start += most) parts.push(wanted.slice(start, start + most));
      await sideBySide(parts, (part, until) => fetchPart(part, found, until), signal);
      return wanted.flatMap(({ signature }) => found.get(signature) ?? []);
    },
  };
}

/** @throws StaleListingError */
function readTransaction(place: PlacedSignature, answer: unknown): ChainTransaction | RpcError {
  const { signature } = place;
  if (answer === null || answer === undefined) {
    return new MissingTransactionError(signature);
  }
  const parsed = TransactionAnswer.safeParse(answer);
  if (!parsed.success) {
    const reason = z.prettifyError(parsed.error).slice(0, 300);
    return new RpcError('bad_answer', `getTransaction: ${signature}: ${reason}`);
  }
  if (parsed.data.transaction.signatures[0] !== signature) {
    return new RpcError('bad_answer', `getTransaction: asked for ${signature}, got another`);
  }
  if (parsed.data.slot !== place.slot) {
    throw new StaleListingError(
      `transaction ${signature} is in slot ${parsed.data.slot}, its listing said ${place.slot}`,
    );
  }
  try {
    return normalizeRpcTransaction(answer, { index: place.index });
  } catch (error) {
    if (!(error instanceof TransactionFormatError)) throw error;
    return new RpcError('bad_answer', `getTransaction: ${signature}: ${error.message}`, { cause: error });
  }
}
