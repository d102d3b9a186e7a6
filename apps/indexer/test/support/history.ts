import { type ChainTransaction, normalizeRpcTransaction } from '@inferscan/protocol';
import { type Signature, signature } from '@solana/kit';

import type { TestChain } from './chain.js';

/** Every transaction that named the jobs program up to a confirmed one, in chain order, straight from the chain. */
export async function readHistory(chain: TestChain, last: string): Promise<ChainTransaction[]> {
  const listed: { signature: Signature; slot: bigint }[] = [];
  let before: Signature | undefined;
  for (;;) {
    const page = await chain.rpc
      .getSignaturesForAddress(chain.network.jobsProgram, {
        commitment: 'confirmed',
        ...(before === undefined ? {} : { before }),
      })
      .send();
    listed.push(...page);
    before = page.at(-1)?.signature;
    if (page.length < 1_000) break;
  }
  if (!listed.some((entry) => entry.signature === signature(last)))
    throw new Error('the last one is missing');
  listed.reverse();
  const history: ChainTransaction[] = [];
  for (const { signature: name, slot } of listed) {
    const answer = await chain.rpc
      .getTransaction(name, { commitment: 'confirmed', encoding: 'json', maxSupportedTransactionVersion: 0 })
      .send();
    const previous = history.at(-1);
    const index = previous?.slot === slot ? previous.index + 1 : 0;
    history.push(normalizeRpcTransaction(answer, { index }));
  }
  return history;
}
