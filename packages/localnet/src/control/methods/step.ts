import { z } from 'zod';
import { defineControl } from '../method.js';

/** Closes slots at once, one unless told otherwise, paused or not. */
export const step = defineControl(
  'localnet_step',
  z.tuple([z.number().int().min(1).max(1_000).nullish()]),
  async ({ chain }, [count]) => {
    for (let closed = 0; closed < (count ?? 1); closed += 1) await chain.advance();
    return { slot: chain.slot('processed') };
  },
);
