import type { Address } from '@solana/kit';

import type { RpcClient } from '../rpc/client.js';
import type { ChainSource, ListedTransaction, SourceBlock } from './chain-source.js';
import { sideBySide } from './side-by-side.js';

type Finality = Pick<ChainSource, 'standing' | 'finalBlockhash' | 'finalTransactions'>;

const PAGE = 1_000;

/** What an RPC says about the finality of what was read from it. */
export function createRpcFinality(rpc: RpcClient, addresses: readonly Address[]): Finality {
  return {
    async standing(blocks, signal) {
      const [oldest, newest] = [blocks[0], blocks.at(-1)];
      if (oldest === undefined || newest === undefined) return null;
      const there = new Set(await rpc.blocksBetween(oldest.slot, newest.slot, signal));
      for (const { slot, blockhash } of blocks.toReversed()) {
        if (there.has(slot) && (await rpc.blockhash(slot, 'confirmed', signal)) === blockhash) return slot;
      }
      return null;
    },
    finalBlockhash: (slot, signal) => rpc.blockhash(slot, 'finalized', signal),
    async finalTransactions({ after, upTo, marks }, signal) {
      const lists = await sideBySide(
        addresses,
        (address, inner) =>
          listFinal(rpc, address, { after, upTo, until: marks.get(address)?.signature ?? null }, inner),
        signal,
      );
      return [...new Map(lists.flat().map((entry) => [entry.signature, entry])).values()];
    },
  };
}

async function listFinal(
  rpc: RpcClient,
  address: Address,
  { after, upTo, until }: { readonly after: bigint; readonly upTo: bigint; readonly until: string | null },
  signal: AbortSignal,
): Promise<ListedTransaction[]> {
  const found: ListedTransaction[] = [];
  for (let before: string | undefined; ; ) {
    const page = await rpc.signaturesOf(
      address,
      {
        limit: PAGE,
        minContextSlot: upTo,
        commitment: 'finalized',
        ...(before === undefined ? {} : { before }),
        ...(until === null ? {} : { until }),
      },
      signal,
    );
    for (const { signature, slot } of page) {
      if (slot > after && slot <= upTo) found.push({ signature, slot });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE || last.slot <= after) return found;
    before = last.signature;
  }
}

/**
 * Hashes of the blocks in these slots, in order; null as soon as one is not there, which means that a fork dropped
 * what was listed in it.
 */
export async function readBlocks(
  rpc: RpcClient,
  slots: readonly bigint[],
  signal: AbortSignal,
): Promise<SourceBlock[] | null> {
  const blocks: SourceBlock[] = [];
  for (const slot of slots) {
    const blockhash = await rpc.blockhash(slot, 'confirmed', signal);
    if (blockhash === null) return null;
    blocks.push({ slot, blockhash });
  }
  return blocks;
}
