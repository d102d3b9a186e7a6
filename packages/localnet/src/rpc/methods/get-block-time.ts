import { z } from 'zod';
import { defineMethod } from '../method.js';
import { missingBlock } from '../missing-block.js';
import { slot } from '../params.js';

export const getBlockTime = defineMethod(
  'getBlockTime',
  z.tuple([slot]),
  async ({ chain, store }, [wanted]) => {
    const header = await store.block(wanted);
    if (header === null) throw missingBlock(wanted, chain.slot('confirmed'));
    return header.blockTime;
  },
);
