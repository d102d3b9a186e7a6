import { linkSignals } from '@inferscan/storage/linked-signal';
import {
  appendTransactionMessageInstructions,
  type Base64EncodedWireTransaction,
  type Blockhash,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  getBase64Encoder,
  getCompiledTransactionMessageDecoder,
  getSignatureFromTransaction,
  getTransactionDecoder,
  type Instruction,
  pipe,
  type Signature,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type TransactionSigner,
} from '@solana/kit';

import { classifySendError, rejectionOf, statusError, TransactionExpired } from './errors.js';
import { backoffMs, pause } from './retry.js';
import type { RpcClient } from './rpc.js';
import type { ChainWatcher } from './watcher.js';

/** A signed transaction: the same bytes can be sent any number of times and land at most once. */
export interface SignedTransaction {
  /** What it does, for messages. */
  action: string;
  signature: Signature;
  wire: Base64EncodedWireTransaction;
  /** Past this block height it can never land. */
  lastValidBlockHeight: bigint;
}

export interface Landed {
  signature: Signature;
  slot: bigint;
}

export interface TransactionSender {
  /** Signs for the current blockhash. */
  sign(action: string, instructions: readonly Instruction[], signal: AbortSignal): Promise<SignedTransaction>;
  /**
   * Sends until confirmed.
   * @throws TransactionRejected, TransactionExpired, or the signal's reason
   */
  land(transaction: SignedTransaction, signal: AbortSignal): Promise<Landed>;
}

/**
 * A blockhash that a chain does not know for as long as finality takes lies on a fork that was dropped, or on another chain;
 * an RPC that merely lags knows it by then.
 */
const STALE_BLOCKS = 32n;
const STATUS_POLL_MS = 500;
const RESEND_MS = 2_000;

/** Builds, sends and confirms transactions of one fee payer. */
export function createTransactionSender(deps: {
  client: RpcClient;
  watcher: ChainWatcher;
  payer: TransactionSigner;
}): TransactionSender {
  const { client, watcher, payer } = deps;
  const { rpc } = client;

  /** Null: not seen yet. */
  async function status(
    { action, signature }: SignedTransaction,
    history: boolean,
    signal: AbortSignal,
  ): Promise<Landed | null> {
    const answer = await client.call(
      (abortSignal) =>
        rpc.getSignatureStatuses([signature], { searchTransactionHistory: history }).send({ abortSignal }),
      signal,
    );
    const found = answer.value[0];
    if (!found) return null;
    if (found.err) {
      const error = statusError(found.err as Parameters<typeof statusError>[0]);
      throw rejectionOf(action, error, await logsOf(signature, signal));
    }
    const settled = found.confirmationStatus === 'confirmed' || found.confirmationStatus === 'finalized';
    return settled ? { signature, slot: found.slot } : null;
  }

  async function logsOf(signature: Signature, signal: AbortSignal): Promise<readonly string[] | null> {
    try {
      const found = await client.once(
        (abortSignal) =>
          rpc
            .getTransaction(signature, {
              commitment: 'confirmed',
              encoding: 'json',
              maxSupportedTransactionVersion: 0,
            })
            .send({ abortSignal }),
        signal,
      );
      return found?.meta?.logMessages ?? null;
    } catch {
      // The refusal is known; only its name is not.
      return null;
    }
  }

  /** `sent`: the chain may have it now. `stale`: it does not know the blockhash. `unsent`: the way there failed. */
  async function submit(
    transaction: SignedTransaction,
    skipPreflight: boolean,
    signal: AbortSignal,
  ): Promise<'sent' | 'stale' | 'unsent'> {
    try {
      await client.once(
        (abortSignal) =>
          rpc
            .sendTransaction(transaction.wire, {
              encoding: 'base64',
              skipPreflight,
              preflightCommitment: 'confirmed',
              maxRetries: 0n,
            })
            .send({ abortSignal }),
        signal,
      );
      return 'sent';
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const failure = classifySendError(transaction.action, error);
      // A refusal in simulation can be this very transaction having landed already.
      if (failure.kind === 'rejected' && (await status(transaction, false, signal)) === null) {
        throw failure.rejection;
      }
      if (failure.kind === 'stale_blockhash') return 'stale';
      return failure.kind === 'transport' ? 'unsent' : 'sent';
    }
  }

  /** Transactions that are sent once more are not looked at before they are dropped: this tells whether they would be. */
  function isBlockhashKnown({ wire }: SignedTransaction, signal: AbortSignal): Promise<boolean> {
    const { messageBytes } = getTransactionDecoder().decode(getBase64Encoder().encode(wire));
    const { lifetimeToken } = getCompiledTransactionMessageDecoder().decode(messageBytes);
    return client.call(async (abortSignal) => {
      const { value } = await rpc
        .isBlockhashValid(lifetimeToken as Blockhash, { commitment: 'confirmed' })
        .send({ abortSignal });
      return value;
    }, signal);
  }

  return {
    async sign(action, instructions, signal) {
      const { value: latest } = await client.call(
        (abortSignal) => rpc.getLatestBlockhash({ commitment: 'confirmed' }).send({ abortSignal }),
        signal,
      );
      const message = pipe(
        createTransactionMessage({ version: 0 }),
        (draft) => setTransactionMessageFeePayerSigner(payer, draft),
        (draft) => setTransactionMessageLifetimeUsingBlockhash(latest, draft),
        (draft) => appendTransactionMessageInstructions(instructions, draft),
      );
      const signed = await signTransactionMessageWithSigners(message);
      return {
        action,
        signature: getSignatureFromTransaction(signed),
        wire: getBase64EncodedWireTransaction(signed),
        lastValidBlockHeight: latest.lastValidBlockHeight,
      };
    },

    async land(transaction, signal) {
      const done = linkSignals(signal);
      const wake = watcher.watchSignature(transaction.signature, done.signal);
      try {
        let submitted = false;
        let failures = 0;
        let nextSend = 0;
        let staleFrom: bigint | null = null;
        for (let first = true; ; first = false) {
          const landed = await status(transaction, first, signal);
          if (landed) return landed;
          if (Date.now() >= nextSend) {
            const height = await client.call(
              (abortSignal) => rpc.getBlockHeight({ commitment: 'confirmed' }).send({ abortSignal }),
              signal,
            );
            const isGone = staleFrom !== null && height - staleFrom > STALE_BLOCKS;
            if (isGone || height > transaction.lastValidBlockHeight) {
              const late = await status(transaction, true, signal);
              if (late) return late;
              throw new TransactionExpired(transaction.action);
            }
            const outcome = await submit(transaction, submitted, signal);
            const isStale =
              outcome === 'stale' || (submitted && !(await isBlockhashKnown(transaction, signal)));
            submitted ||= outcome === 'sent';
            staleFrom = isStale ? (staleFrom ?? height) : null;
            failures = submitted ? 0 : failures + 1;
            nextSend = Date.now() + (submitted ? RESEND_MS : 0);
          }
          await (submitted ? wake.wait(STATUS_POLL_MS, signal) : pause(backoffMs(failures), signal));
        }
      } finally {
        done.abort();
        done.release();
      }
    },
  };
}
