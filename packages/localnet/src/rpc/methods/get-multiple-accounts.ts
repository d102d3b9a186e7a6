import { z } from 'zod';
import { encodeAccount } from '../../encodings/account.js';
import { accountReader, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { accountConfig, address } from '../params.js';
import { sequence } from '../typed-params.js';

const MAX_ACCOUNTS = 100;

const addresses = sequence(address, MAX_ACCOUNTS, `Too many inputs provided; max ${MAX_ACCOUNTS}`);

export const getMultipleAccounts = defineMethod(
  'getMultipleAccounts',
  z.tuple([addresses, accountConfig]),
  (context, [wanted, config]) => {
    const read = accountReader(context, config);
    // Unlike all other methods that return accounts, this one does not begin with the form of old clients.
    const view = { ...config, encoding: config?.encoding ?? 'base64' };
    const accounts = wanted.map((one) => {
      const state = read(one);
      return state === null ? null : encodeAccount(one, state, view, context);
    });
    return withContext(context, config, accounts);
  },
);
