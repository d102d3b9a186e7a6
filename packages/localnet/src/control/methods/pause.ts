import { z } from 'zod';
import { defineControl } from '../method.js';

/** Keeps the open slot open: transactions execute in it, and nothing is confirmed until a step or resume. */
export const pause = defineControl('localnet_pause', z.tuple([]), ({ chain, ticker }) => {
  ticker.pause();
  return { slot: chain.slot('processed') };
});
