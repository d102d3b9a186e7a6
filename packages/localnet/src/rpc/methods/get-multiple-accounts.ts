import { z } from 'zod';
import { encodeAccount } from '../../encodings/account.js';
import { accountReader, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { accountConfig, address } from '../params.js';

export const getMultipleAccounts = defineMethod(
  'getMultipleAccounts',
  z.tuple([z.array(address).max(100), accountConfig]),
  (context, [wanted, config]) => {
    const read = accountReader(context, config);
    const accounts = wanted.map((one) => {
      const state = read(one);
      return state === null ? null : encodeAccount(state, config ?? {}, context);
    });
    return withContext(context, config, accounts);
  },
);
