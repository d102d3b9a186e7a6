import { z } from 'zod';
import { defineMethod } from '../method.js';
import { accountConfig, address } from '../params.js';
import { listTokenAccounts, tokenAccountsFilter } from '../token-account-list.js';

export const getTokenAccountsByOwner = defineMethod(
  'getTokenAccountsByOwner',
  z.tuple([address, tokenAccountsFilter, accountConfig]),
  (context, [owner, wanted, config]) =>
    listTokenAccounts(context, wanted, config, (account) => account.owner === owner),
);
