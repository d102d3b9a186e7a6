import { backoffMs, pause } from '../rpc/backoff.js';
import type { Commitment, RpcClient } from '../rpc/client.js';
import { RpcError } from '../rpc/errors.js';
import { StaleListingError } from './errors.js';
import { type ListedSlot, type PlacedSignature, placeByBlock, placeByLists } from './slots.js';

/** So often in a row, over about ten seconds, a block may lack what is listed in it before the listing is doubted. */
const MAX_LACKING = 8;

/**
 * Places the transactions of slots, in chain order. Where lists of several addresses met and do not tell, the block is
 * asked: no list says how its entries stand to those of another.
 * @throws StaleListingError when a block does not have what is listed in it
 */
export async function placeSlots(
  rpc: RpcClient,
  slots: readonly ListedSlot[],
  commitmentOf: (slot: bigint) => Commitment,
  signal: AbortSignal,
): Promise<PlacedSignature[]> {
  const placed: PlacedSignature[] = [];
  for (const listed of slots) {
    placed.push(
      ...(placeByLists(listed) ?? (await placeInBlock(rpc, listed, commitmentOf(listed.slot), signal))),
    );
  }
  return placed;
}

/** Places signatures as their block has them. @throws StaleListingError when it does not have them, for seconds */
export async function placeInBlock(
  rpc: RpcClient,
  listed: Pick<ListedSlot, 'slot' | 'signatures'>,
  commitment: Commitment,
  signal: AbortSignal,
): Promise<PlacedSignature[]> {
  const { slot } = listed;
  for (let tries = 0; ; tries++) {
    const placed = placeByBlock(listed, (await rpc.blockSignatures(slot, commitment, signal)) ?? []);
    if (placed !== null) return placed;
    const reason = `getBlock: the block of slot ${slot} lacks what is listed in it`;
    if (tries >= MAX_LACKING) throw new StaleListingError(reason);
    rpc.report(new RpcError('bad_answer', reason));
    await pause(backoffMs(tries, { firstMs: 50 }), signal);
  }
}
