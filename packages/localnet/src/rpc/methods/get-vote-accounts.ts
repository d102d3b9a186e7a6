import { z } from 'zod';
import { defineMethod } from '../method.js';
import { address, commitmentField } from '../params.js';
import { flag, struct, u64 } from '../typed-params.js';

const config = struct('RpcGetVoteAccountsConfig', {
  ...commitmentField,
  votePubkey: address.nullish(),
  keepUnstakedDelinquents: flag.nullish(),
  delinquentSlotDistance: u64.nullish(),
}).nullish();

/** Nobody votes on the localnet. */
export const getVoteAccounts = defineMethod('getVoteAccounts', z.tuple([config]), () => ({
  current: [],
  delinquent: [],
}));
