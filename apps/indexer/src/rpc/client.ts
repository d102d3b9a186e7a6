import type { Address } from '@solana/kit';
import { z } from 'zod';

import { backoffMs, pause } from './backoff.js';
import { RpcError } from './errors.js';
import type { RpcCall, RpcHttpOptions, RpcOutcome } from './http.js';
import { createEndpointPool } from './pool.js';
import {
  BlockAnswer,
  BlockSignaturesAnswer,
  BlocksAnswer,
  GenesisAnswer,
  SignaturesAnswer,
  SlotAnswer,
} from './schemas.js';

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
  /** Default confirmed. */
  readonly commitment?: Commitment;
}

export type Commitment = 'confirmed' | 'finalized';

/**
 * What the chain tells, asked at commitment `confirmed` where nothing else is said. Every call is repeated until it
 * is answered or aborted.
 */
export interface RpcClient {
  genesisHash(signal: AbortSignal): Promise<string>;
  /** The newest confirmed slot. */
  headSlot(signal: AbortSignal): Promise<bigint>;
  /** The newest finalized slot. */
  finalizedSlot(signal: AbortSignal): Promise<bigint>;
  /** Slots that have a block on the chain that the answering node takes for confirmed, both ends included, ascending. */
  blocksBetween(from: bigint, to: bigint, signal: AbortSignal): Promise<bigint[]>;
  /** Hash of the block in a slot; null where the slot has none, or the node does not have it (yet). */
  blockhash(slot: bigint, commitment: Commitment, signal: AbortSignal): Promise<string | null>;
  /** Signatures of the block in a slot, in its order; null where the slot has none, or the node does not have it (yet). */
  blockSignatures(
    slot: bigint,
    commitment: Commitment,
    signal: AbortSignal,
  ): Promise<readonly string[] | null>;
  /** Newest first, at most 1000. */
  signaturesOf(address: Address, options: ListSignatures, signal: AbortSignal): Promise<SignatureEntry[]>;
  /** Calls without repetition, for those that sort out failures themselves. @throws RpcError */
  send(calls: readonly RpcCall[], signal: AbortSignal): Promise<RpcOutcome[]>;
  /** Told of every failed attempt, and null when one succeeds again. */
  report(trouble: RpcError | null): void;
}

export interface RpcClientOptions extends Omit<RpcHttpOptions, 'url'> {
  /** One server, or several of the same chain: the best of them is asked, the others when it fails. */
  readonly url: string | readonly string[];
  readonly onTrouble?: (trouble: RpcError | null) => void;
}

/** Not available, skipped, or not in this node's storage: getBlock's words for a slot without a block. */
const NO_BLOCK = new Set([-32_001, -32_004, -32_007, -32_009, -32_014]);

/** @throws (each call) RpcError with code `refused`; other failures are repeated with growing pauses */
export function createRpcClient({ url, onTrouble, ...http }: RpcClientOptions): RpcClient {
  const pool = createEndpointPool({ ...http, urls: typeof url === 'string' ? [url] : url });
  let troubled = false;
  const report = (trouble: RpcError | null): void => {
    if (trouble === null && !troubled) return;
    troubled = trouble !== null;
    onTrouble?.(trouble);
  };

  const attempt = async <Schema extends z.ZodType>(
    call: RpcCall,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> => {
    const [outcome] = await pool.send([call], signal);
    if (outcome === undefined) throw new RpcError('bad_answer', `${call.method}: no answer`);
    if (!outcome.ok) throw outcome.error;
    const parsed = schema.safeParse(outcome.result);
    if (!parsed.success) {
      throw new RpcError('bad_answer', `${call.method}: ${z.prettifyError(parsed.error).slice(0, 300)}`);
    }
    return parsed.data;
  };

  const repeat = async <Result>(once: () => Promise<Result>, signal: AbortSignal): Promise<Result> => {
    for (let tries = 0; ; tries++) {
      try {
        const answer = await once();
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

  const call = <Schema extends z.ZodType>(
    request: RpcCall,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> => repeat(() => attempt(request, schema, signal), signal);

  /** Null where there is no such block. */
  const block = <Schema extends z.ZodType>(
    slot: bigint,
    { commitment, details }: { readonly commitment: Commitment; readonly details: string },
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema> | null> => {
    const config = {
      commitment,
      transactionDetails: details,
      rewards: false,
      maxSupportedTransactionVersion: 0,
    };
    const request = { method: 'getBlock', params: [Number(slot), config] };
    return repeat(async (): Promise<z.output<Schema> | null> => {
      try {
        return await attempt(request, schema, signal);
      } catch (error) {
        if (error instanceof RpcError && NO_BLOCK.has(error.rpcCode ?? 0)) return null;
        throw error;
      }
    }, signal);
  };

  const slotAt = (commitment: Commitment, signal: AbortSignal): Promise<bigint> =>
    call({ method: 'getSlot', params: [{ commitment }] }, SlotAnswer, signal);

  return {
    report,
    send: (calls, signal) => pool.send(calls, signal),
    genesisHash: (signal) => call({ method: 'getGenesisHash', params: [] }, GenesisAnswer, signal),
    headSlot: (signal) => slotAt('confirmed', signal),
    finalizedSlot: (signal) => slotAt('finalized', signal),
    blocksBetween: (from, to, signal) =>
      call(
        { method: 'getBlocks', params: [Number(from), Number(to), { commitment: 'confirmed' }] },
        BlocksAnswer,
        signal,
      ),
    blockhash: async (slot, commitment, signal) =>
      (await block(slot, { commitment, details: 'none' }, BlockAnswer, signal))?.blockhash ?? null,
    blockSignatures: async (slot, commitment, signal) =>
      (await block(slot, { commitment, details: 'signatures' }, BlockSignaturesAnswer, signal))?.signatures ??
      null,
    async signaturesOf(address, { limit, before, until, minContextSlot, commitment }, signal) {
      const config = {
        commitment: commitment ?? 'confirmed',
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
