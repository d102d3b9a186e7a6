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
    return withContext(context, config, state === null ? null : encodeAccount(state, config ?? {}, context));
  },
);
