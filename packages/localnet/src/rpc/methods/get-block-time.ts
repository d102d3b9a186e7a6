import { z } from 'zod';
import { defineMethod } from '../method.js';
import { blockNotAvailable, missingBlock } from '../missing-block.js';
import { slot } from '../params.js';

export const getBlockTime = defineMethod(
  'getBlockTime',
  z.tuple([slot]),
  async ({ chain, store }, [wanted]) => {
    if (wanted === chain.slot('processed')) return chain.time('processed');
    const header = wanted > chain.slot('processed') ? null : await store.block(wanted);
    if (header !== null) return header.blockTime;
    throw wanted > chain.slot('finalized') ? blockNotAvailable(wanted) : missingBlock(wanted, chain);
  },
);
