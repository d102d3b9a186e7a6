import { z } from 'zod';
import { encodeAccount } from '../../encodings/account.js';
import { accountReader, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { accountConfig, address } from '../params.js';

export const getAccountInfo = defineMethod(
  'getAccountInfo',
  z.tuple([address, accountConfig]),
  (context, [wanted, config]) => {
    const state = accountReader(context, config)(wanted);
    const value = state === null ? null : encodeAccount(wanted, state, config ?? {}, context);
    return withContext(context, config, value);
  },
);
