import { z } from 'zod';
import { defineControl } from '../method.js';

/** Closes the open slot and leaves the next ones without a block. */
export const skipSlots = defineControl(
  'localnet_skipSlots',
  z.tuple([z.number().int().min(1).max(432_000)]),
  async ({ chain }, [count]) => {
    await chain.advance(count);
    return { slot: chain.slot('processed') };
  },
);
