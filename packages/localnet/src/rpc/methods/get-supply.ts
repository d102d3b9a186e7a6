import { z } from 'zod';
import { withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { commitment } from '../params.js';

const config = z
  .object({
    commitment: commitment.nullish(),
    excludeNonCirculatingAccountsList: z.boolean().nullish(),
  })
  .nullish();

/** All lamports of closed slots circulate; those of the built-in programs are not counted. */
export const getSupply = defineMethod('getSupply', z.tuple([config]), async (context, [given]) => {
  let total = 0n;
  for await (const { state } of context.store.accounts()) total += state.lamports;
  return withContext(context, given, {
    total,
    circulating: total,
    nonCirculating: 0,
    nonCirculatingAccounts: [],
  });
});
