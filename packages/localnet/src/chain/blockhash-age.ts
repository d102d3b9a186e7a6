import { BLOCKHASH_VALID_BLOCKS } from './blockhashes.js';
import type { Chain } from './chain.js';
import type { Commitment } from './types.js';

/** Tells whether a blockhash is known, and not too old, at a commitment: one that lags knows no blockhash after it. */
export function knowsBlockhash(
  chain: Pick<Chain, 'lastValidBlockHeight' | 'blockHeight'>,
  blockhash: string,
  commitment: Commitment,
): boolean {
  const last = chain.lastValidBlockHeight(blockhash);
  const height = chain.blockHeight(commitment);
  return last !== null && height <= last && height >= last - BLOCKHASH_VALID_BLOCKS;
}
