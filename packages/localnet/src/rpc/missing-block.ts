import { BLOCKHASH_VALID_BLOCKS } from '../chain/blockhashes.js';
import type { Chain } from '../chain/chain.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';

/** The error about a slot whose block is still to come, or may be. */
export const blockNotAvailable = (slot: number): RpcError =>
  new RpcError(RPC_CODES.blockNotAvailable, `Block not available for slot ${slot}`);

/**
 * The error about a slot that has no block to show. Only a finalized slot is known to be skipped: that is -32007 for
 * recent slots, and -32009 for those that providers read from their archive. Of all others, -32004 says to come back.
 */
export function missingBlock(slot: number, chain: Pick<Chain, 'slot'>): RpcError {
  const finalized = chain.slot('finalized');
  if (slot > finalized) return blockNotAvailable(slot);
  return slot > finalized - BLOCKHASH_VALID_BLOCKS
    ? new RpcError(
        RPC_CODES.slotSkipped,
        `Slot ${slot} was skipped, or missing due to ledger jump to recent snapshot`,
      )
    : new RpcError(
        RPC_CODES.longTermSlotSkipped,
        `Slot ${slot} was skipped, or missing in long-term storage`,
      );
}
