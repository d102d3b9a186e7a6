import type { Address } from '@solana/kit';
import { z } from 'zod';

import { backoffMs, pause } from './backoff.js';
import { RpcError } from './errors.js';
import { type RpcCall, type RpcHttpOptions, sendCalls } from './http.js';
import { GenesisAnswer, SignaturesAnswer, SlotAnswer } from './schemas.js';

/** One transaction as an address' list names it. */
export interface SignatureEntry {
  readonly signature: string;
  readonly slot: bigint;
  /** Place in the block, where the RPC tells. */
  readonly transactionIndex: number | null;
}

export interface ListSignatures {
  readonly limit: number;
  /** Only older than this one. */
  readonly before?: string;
  /** Only newer than this one. */
  readonly until?: string;
  /** The answering node must have reached this slot: balancers mix fast and slow ones. */
  readonly minContextSlot: bigint;
}

/** What the chain tells, asked at commitment `confirmed`. Every call is repeated until it is answered or aborted. */
export interface RpcClient {
  genesisHash(signal: AbortSignal): Promise<string>;
  /** The newest confirmed slot. */
  headSlot(signal: AbortSignal): Promise<bigint>;
  /** Newest first, at most 1000. */
  signaturesOf(address: Address, options: ListSignatures, signal: AbortSignal): Promise<SignatureEntry[]>;
  /** Calls without repetition, for those that sort out failures themselves. @throws RpcError */
  send(calls: readonly RpcCall[], signal: AbortSignal): ReturnType<typeof sendCalls>;
  /** Told of every failed attempt, and null when one succeeds again. */
  report(trouble: RpcError | null): void;
}

export interface RpcClientOptions extends RpcHttpOptions {
  readonly onTrouble?: (trouble: RpcError | null) => void;
}

const COMMITMENT = 'confirmed';

/** @throws (each call) RpcError with code `refused`; other failures are repeated with growing pauses */
export function createRpcClient(options: RpcClientOptions): RpcClient {
  let troubled = false;
  const report = (trouble: RpcError | null): void => {
    if (trouble === null && !troubled) return;
    troubled = trouble !== null;
    options.onTrouble?.(trouble);
  };

  const attempt = async <Schema extends z.ZodType>(
    call: RpcCall,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> => {
    const [outcome] = await sendCalls(options, [call], signal);
    if (outcome === undefined) throw new RpcError('bad_answer', `${call.method}: no answer`);
    if (!outcome.ok) throw outcome.error;
    const parsed = schema.safeParse(outcome.result);
    if (!parsed.success) {
      throw new RpcError('bad_answer', `${call.method}: ${z.prettifyError(parsed.error).slice(0, 300)}`);
    }
    return parsed.data;
  };

  const call = async <Schema extends z.ZodType>(
    request: RpcCall,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> => {
    for (let tries = 0; ; tries++) {
      try {
        const answer = await attempt(request, schema, signal);
        report(null);
        return answer;
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        report(error);
        if (!error.retryable) throw error;
        await pause(Math.max(error.retryAfterMs ?? 0, backoffMs(tries)), signal);
      }
    }
  };

  return {
    report,
    send: (calls, signal) => sendCalls(options, calls, signal),
    genesisHash: (signal) => call({ method: 'getGenesisHash', params: [] }, GenesisAnswer, signal),
    headSlot: (signal) =>
      call({ method: 'getSlot', params: [{ commitment: COMMITMENT }] }, SlotAnswer, signal),
    async signaturesOf(address, { limit, before, until, minContextSlot }, signal) {
      const config = {
        commitment: COMMITMENT,
        limit,
        minContextSlot: Number(minContextSlot),
        ...(before === undefined ? {} : { before }),
        ...(until === undefined ? {} : { until }),
      };
      const page = await call(
        { method: 'getSignaturesForAddress', params: [address, config] },
        SignaturesAnswer,
        signal,
      );
      return page.map(({ signature, slot, transactionIndex }) => ({
        signature,
        slot,
        transactionIndex: transactionIndex ?? null,
      }));
    },
  };
}
