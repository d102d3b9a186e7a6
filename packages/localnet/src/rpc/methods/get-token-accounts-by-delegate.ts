import { z } from 'zod';
import { defineMethod } from '../method.js';
import { accountConfig, address } from '../params.js';
import { listTokenAccounts, tokenAccountsFilter } from '../token-account-list.js';

export const getTokenAccountsByDelegate = defineMethod(
  'getTokenAccountsByDelegate',
  z.tuple([address, tokenAccountsFilter, accountConfig]),
  (context, [delegate, wanted, config]) =>
    listTokenAccounts(context, wanted, config, (account) => account.delegate === delegate),
);
