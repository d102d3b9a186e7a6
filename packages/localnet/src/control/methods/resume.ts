import { z } from 'zod';
import { defineControl } from '../method.js';

/** Goes on closing slots at their pace. */
export const resume = defineControl('localnet_resume', z.tuple([]), ({ chain, ticker }) => {
  ticker.resume();
  return { slot: chain.slot('processed') };
});
