import { z } from 'zod';

import { backoffMs, pause } from '../../rpc/backoff.js';
import type { RpcClient, SignatureEntry } from '../../rpc/client.js';
import { RpcError } from '../../rpc/errors.js';
import type { PlacedSignature } from '../slots.js';

const BlockSignatures = z.looseObject({ signatures: z.array(z.string()) });

/** Finds the places of listed transactions in their blocks: where the list does not tell, the block does. */
export async function placeInBlocks(
  rpc: RpcClient,
  entries: readonly SignatureEntry[],
  signal: AbortSignal,
): Promise<PlacedSignature[]> {
  const blocks = new Map<bigint, string[]>();
  const placed: PlacedSignature[] = [];
  for (const { signature, slot, transactionIndex } of entries) {
    if (transactionIndex !== null) {
      placed.push({ signature, slot, index: transactionIndex });
      continue;
    }
    const block = blocks.get(slot) ?? (await signaturesIn(rpc, slot, signature, signal));
    blocks.set(slot, block);
    placed.push({ signature, slot, index: block.indexOf(signature) });
  }
  return placed;
}

/** Signatures of a block that must hold one; asked for until it does. */
async function signaturesIn(
  rpc: RpcClient,
  slot: bigint,
  signature: string,
  signal: AbortSignal,
): Promise<string[]> {
  const config = {
    commitment: 'finalized',
    transactionDetails: 'signatures',
    rewards: false,
    maxSupportedTransactionVersion: 0,
  };
  for (let failures = 0; ; failures++) {
    try {
      const [outcome] = await rpc.send([{ method: 'getBlock', params: [Number(slot), config] }], signal);
      if (outcome?.ok !== true) throw outcome?.error ?? new RpcError('bad_answer', 'getBlock: no answer');
      const parsed = BlockSignatures.safeParse(outcome.result);
      if (parsed.success && parsed.data.signatures.includes(signature)) return parsed.data.signatures;
      throw new RpcError(
        'bad_answer',
        `getBlock: the block of slot ${slot} lacks ${signature}, which is listed in it`,
      );
    } catch (error) {
      if (!(error instanceof RpcError) || !error.retryable) throw error;
      rpc.report(error);
      await pause(Math.max(error.retryAfterMs ?? 0, backoffMs(failures)), signal);
    }
  }
}
