import { BLOCKHASH_VALID_BLOCKS } from '../chain/blockhashes.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';

/**
 * The error about a slot that has no block to show: -32004 when it is still to come, otherwise it was skipped,
 * which is -32007 for recent slots and -32009 for those that providers read from their archive.
 */
export function missingBlock(slot: number, newest: number): RpcError {
  if (slot > newest) {
    return new RpcError(RPC_CODES.blockNotAvailable, `Block not available for slot ${slot}`);
  }
  return slot > newest - BLOCKHASH_VALID_BLOCKS
    ? new RpcError(
        RPC_CODES.slotSkipped,
        `Slot ${slot} was skipped, or missing due to ledger jump to recent snapshot`,
      )
    : new RpcError(
        RPC_CODES.longTermSlotSkipped,
        `Slot ${slot} was skipped, or missing in long-term storage`,
      );
}
