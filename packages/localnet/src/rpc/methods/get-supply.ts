import { z } from 'zod';
import { withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { commitmentField } from '../params.js';
import { flag, struct } from '../typed-params.js';

const config = struct('RpcSupplyConfig', {
  ...commitmentField,
  excludeNonCirculatingAccountsList: flag.optional(),
}).nullish();

/** All lamports of closed slots circulate; those of the built-in programs are not counted. */
export const getSupply = defineMethod('getSupply', z.tuple([config]), async (context, [given]) => {
  let total = 0n;
  for await (const { state } of context.store.accounts()) total += state.lamports;
  return withContext(context, given, {
    circulating: total,
    nonCirculating: 0,
    nonCirculatingAccounts: [],
    total,
  });
});
