import { linkSignals } from '@inferscan/storage/linked-signal';
import {
  createSolanaRpc,
  isSolanaError,
  type Rpc,
  SOLANA_ERROR__JSON_RPC__INVALID_PARAMS,
  SOLANA_ERROR__JSON_RPC__INVALID_REQUEST,
  SOLANA_ERROR__JSON_RPC__METHOD_NOT_FOUND,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
  type SolanaRpcApi,
} from '@solana/kit';

import type { Logger } from '../log.js';
import { backoffMs, pause } from './retry.js';

export interface RpcClient {
  rpc: Rpc<SolanaRpcApi>;
  /** One attempt, bounded in time. */
  once<T>(request: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
  /**
   * Attempts until it succeeds, with capped backoff; says once that the RPC is away, and once that it is back.
   * @throws what no repetition can change (wrong parameters, a refused transaction), and the signal's reason
   */
  call<T>(request: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
}

const REQUEST_TIMEOUT_MS = 15_000;

function isPermanent(error: unknown): boolean {
  return (
    isSolanaError(error, SOLANA_ERROR__JSON_RPC__INVALID_PARAMS) ||
    isSolanaError(error, SOLANA_ERROR__JSON_RPC__INVALID_REQUEST) ||
    isSolanaError(error, SOLANA_ERROR__JSON_RPC__METHOD_NOT_FOUND) ||
    isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE)
  );
}

/** A Solana RPC that is expected to be away at times. */
export function createRpcClient({ url, log }: { url: string; log: Logger }): RpcClient {
  const rpc = createSolanaRpc(url);
  let awaySince: number | undefined;

  const once: RpcClient['once'] = async (request, signal) => {
    const ended = linkSignals(signal);
    const timer = setTimeout(
      () => ended.abort(new Error(`the RPC did not answer within ${REQUEST_TIMEOUT_MS / 1000} seconds`)),
      REQUEST_TIMEOUT_MS,
    );
    try {
      return await request(ended.signal);
    } finally {
      clearTimeout(timer);
      ended.release();
    }
  };

  return {
    rpc,
    once,
    async call(request, signal) {
      for (let failures = 1; ; failures++) {
        signal.throwIfAborted();
        try {
          const result = await once(request, signal);
          if (awaySince !== undefined) {
            log.info({ awayMs: Date.now() - awaySince }, 'the RPC answers again');
            awaySince = undefined;
          }
          return result;
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          if (isPermanent(error)) throw error;
          if (awaySince === undefined) {
            awaySince = Date.now();
            log.warn({ err: error }, 'the RPC does not answer; trying again until it does');
          }
          await pause(backoffMs(failures), signal);
        }
      }
    },
  };
}
