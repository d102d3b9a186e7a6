import type { Database } from '@inferscan/db';

import type { RpcClient, SignatureEntry } from '../rpc/client.js';
import { placeInBlock } from '../source/places.js';
import type { PlacedSignature } from '../source/slots.js';

/** A missing transaction with its place among those of its slot that are stored. */
export interface PlacedMissing extends PlacedSignature {
  /** Whether the place is that of the block. Else the slot's others were counted by a list, and it comes after them. */
  readonly exact: boolean;
}

/** Finds places for transactions of final slots, some of whose transactions are stored with places of their own. */
export async function placeMissing(
  { pool }: Database,
  rpc: RpcClient,
  missing: readonly SignatureEntry[],
  signal: AbortSignal,
): Promise<PlacedMissing[]> {
  const placed: PlacedMissing[] = [];
  for (const slot of [...new Set(missing.map((entry) => entry.slot))]) {
    const signatures = missing.filter((entry) => entry.slot === slot).map(({ signature }) => signature);
    const { rows: stored } = await pool.query<{ signature: string; index: number }>(
      'SELECT signature, index FROM chain_transaction WHERE slot = $1',
      [slot],
    );
    const all = [...signatures, ...stored.map(({ signature }) => signature)];
    const block = await placeInBlock(rpc, { slot, signatures: all }, 'finalized', signal);
    const inBlock = new Map(block.map(({ signature, index }) => [signature, index]));
    const exact = stored.every(({ signature, index }) => inBlock.get(signature) === index);
    const next = stored.reduce((most, { index }) => Math.max(most, index), -1) + 1;
    block
      .filter(({ signature }) => signatures.includes(signature))
      .forEach(({ signature, index }, order) => {
        placed.push({ signature, slot, index: exact ? index : next + order, exact });
      });
  }
  return placed;
}
