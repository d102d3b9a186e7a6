import type { Database } from '@inferscan/db';
import { vi } from 'vitest';

import type { TestChain } from '../support/chain.js';
import type { Random } from '../support/random.js';

/**
 * Drops some of the last blocks and grows another branch, in which some of their transactions are missing and others
 * come in another order. Resolves when the new branch is confirmed.
 */
export async function forkChain(
  chain: TestChain,
  signatures: readonly string[],
  random: Random,
): Promise<void> {
  await chain.control('pause');
  await chain.control('step');
  const { slot } = await dropSome(chain, signatures, random);
  await chain.control('resume');
  await vi.waitFor(
    async () => {
      if ((await chain.rpc.getSlot({ commitment: 'confirmed' }).send()) <= slot) throw new Error('not yet');
    },
    { timeout: 30_000, interval: 10 },
  );
}

async function dropSome(
  chain: TestChain,
  signatures: readonly string[],
  random: Random,
): Promise<{ slot: number }> {
  for (let drop = 1 + random.int(14); drop > 0; drop--) {
    const chosen = signatures.slice(-6).filter(() => random.int(3) === 0);
    const plan = random.int(2) === 0 ? { drop, without: chosen } : { drop, first: chosen };
    try {
      return await chain.control('fork', plan);
    } catch (error) {
      // The chosen ones may lie before the blocks that fall, or the blocks may be final: another try.
      if (!/not in the dropped blocks|cannot be dropped|finalized/i.test(String(error))) throw error;
    }
  }
  return chain.control('fork', { drop: 1 });
}

/** Signatures of the newest stored transactions, oldest first. */
export async function newestStored({ pool }: Database): Promise<string[]> {
  const { rows } = await pool.query<{ signature: string }>(
    'SELECT signature FROM chain_transaction ORDER BY slot DESC, index DESC LIMIT 8',
  );
  return rows.map(({ signature }) => signature).reverse();
}
