import { type ChainTransaction, normalizeRpcTransaction, TransactionFormatError } from '@inferscan/protocol';
import { z } from 'zod';

import { backoffMs, pause } from '../rpc/backoff.js';
import type { RpcClient } from '../rpc/client.js';
import { RpcError } from '../rpc/errors.js';
import type { RpcOutcome } from '../rpc/http.js';
import { TransactionAnswer } from '../rpc/schemas.js';
import type { PlacedSignature } from './slots.js';

/** The listing and the transactions disagree about where one is, or whether it is there: list again. */
export class StaleListingError extends Error {
  override readonly name = 'StaleListingError';
}

export interface TransactionFetcher {
  /** All of them, in the order given; one that does not come, or comes malformed, is asked for again and again. */
  fetch(wanted: readonly PlacedSignature[], signal: AbortSignal): Promise<ChainTransaction[]>;
}

/** The RPC has no transaction that it listed. Nodes that are catching up say so too, for a moment. */
class MissingTransactionError extends RpcError {
  constructor(signature: string) {
    super('bad_answer', `getTransaction: ${signature} is confirmed, but the RPC does not have it yet`);
  }
}

const MAX_BATCH = 50;
/** So often in a row, over about ten seconds, a listed transaction may be missing before the listing is doubted. */
const MAX_MISSING = 8;

/** Fetches in JSON-RPC batches whose size follows what the server takes. */
export function createTransactionFetcher(rpc: RpcClient): TransactionFetcher {
  let batchSize = MAX_BATCH;

  const fetchOnce = async (
    wanted: readonly PlacedSignature[],
    signal: AbortSignal,
  ): Promise<{ fetched: ChainTransaction[]; trouble: RpcError | null }> => {
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
      if (wanted.length > 1) batchSize = Math.max(1, Math.floor(batchSize / 2));
      else if (!error.retryable) throw error;
      return { fetched: [], trouble: error };
    }
    const fetched: ChainTransaction[] = [];
    let trouble: RpcError | null = null;
    wanted.forEach((place, index) => {
      const outcome = outcomes[index];
      if (outcome?.ok !== true) {
        trouble = outcome?.error ?? new RpcError('bad_answer', 'getTransaction: no answer');
        return;
      }
      const read = readTransaction(place, outcome.result);
      if (read instanceof RpcError) trouble = read;
      else fetched.push(read);
    });
    if (trouble === null) batchSize = Math.min(MAX_BATCH, batchSize + 1);
    return { fetched, trouble };
  };

  return {
    async fetch(wanted, signal) {
      const found = new Map<string, ChainTransaction>();
      for (let tries = 0; found.size < wanted.length; ) {
        const missing = wanted.filter(({ signature }) => !found.has(signature)).slice(0, batchSize);
        const { fetched, trouble } = await fetchOnce(missing, signal);
        for (const transaction of fetched) found.set(transaction.signature, transaction);
        rpc.report(trouble);
        if (trouble === null) {
          tries = 0;
          continue;
        }
        // A fork may have dropped it since it was listed.
        if (trouble instanceof MissingTransactionError && tries >= MAX_MISSING) {
          throw new StaleListingError(trouble.message);
        }
        await pause(Math.max(trouble.retryAfterMs ?? 0, backoffMs(tries++, { firstMs: 50 })), signal);
      }
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
