import { z } from 'zod';
import { defineMethod } from '../method.js';
import { address, commitment } from '../params.js';

const config = z
  .object({
    commitment: commitment.nullish(),
    votePubkey: address.nullish(),
    keepUnstakedDelinquents: z.boolean().nullish(),
    delinquentSlotDistance: z.number().int().min(0).nullish(),
  })
  .nullish();

/** Nobody votes on the localnet. */
export const getVoteAccounts = defineMethod('getVoteAccounts', z.tuple([config]), () => ({
  current: [],
  delinquent: [],
}));
