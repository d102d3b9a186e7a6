import { z } from 'zod';

import type { Endpoint } from './endpoint.js';
import { RpcError } from './errors.js';
import { GenesisAnswer, SlotAnswer } from './schemas.js';

/** Compares endpoints of one chain with each other. */
export interface OneChain {
  /** @throws RpcError `refused` when the endpoint is of another chain than the first one that tells its own */
  require(endpoint: Endpoint, signal: AbortSignal): Promise<void>;
  /** The confirmed slot of an endpoint of this chain, null when it gives none. */
  slot(endpoint: Endpoint, signal: AbortSignal): Promise<bigint | null>;
}

const TIMEOUT_MS = 5_000;

export function createOneChain(endpoints: readonly Endpoint[]): OneChain {
  const known = new Map<Endpoint, string>();
  let expected: Promise<string> | undefined;

  const genesisOf = async (endpoint: Endpoint, signal: AbortSignal): Promise<string> => {
    const hash = known.get(endpoint) ?? (await ask(endpoint, 'getGenesisHash', [], GenesisAnswer, signal));
    known.set(endpoint, hash);
    return hash;
  };

  /** By the order in which they are given, not by who is faster: who is right must not be chance. */
  const decide = async (signal: AbortSignal): Promise<string> => {
    let failure: unknown;
    for (const endpoint of endpoints) {
      try {
        return await genesisOf(endpoint, signal);
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        failure = error;
      }
    }
    throw failure;
  };

  const require = async (endpoint: Endpoint, signal: AbortSignal): Promise<void> => {
    expected ??= decide(signal).catch((error: unknown) => {
      expected = undefined;
      throw error;
    });
    const [genesis, hash] = [await expected, await genesisOf(endpoint, signal)];
    if (hash !== genesis) {
      throw new RpcError('refused', `the RPC is of another chain (genesis ${hash}, not ${genesis})`);
    }
  };

  return {
    require,
    async slot(endpoint, signal) {
      try {
        await require(endpoint, signal);
        return await ask(endpoint, 'getSlot', [{ commitment: 'confirmed' }], SlotAnswer, signal);
      } catch (error) {
        if (error instanceof RpcError) return null;
        throw error;
      }
    },
  };
}

async function ask<Schema extends z.ZodType>(
  endpoint: Endpoint,
  method: string,
  params: readonly unknown[],
  schema: Schema,
  signal: AbortSignal,
): Promise<z.output<Schema>> {
  const [outcome] = await endpoint.send([{ method, params }], signal, TIMEOUT_MS);
  if (outcome?.ok !== true) throw outcome?.error ?? new RpcError('bad_answer', `${method}: no answer`);
  const parsed = schema.safeParse(outcome.result);
  if (!parsed.success) throw new RpcError('bad_answer', `${method}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
