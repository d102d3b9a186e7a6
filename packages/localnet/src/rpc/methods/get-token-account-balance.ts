import { z } from 'zod';
import { mintDecimals } from '../../encodings/parsed-account.js';
import { readTokenAccount, uiTokenAmount } from '../../encodings/token-accounts.js';
import { invalidParams } from '../../rpc-error.js';
import { accountReader, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { address, contextConfig } from '../params.js';

export const getTokenAccountBalance = defineMethod(
  'getTokenAccountBalance',
  z.tuple([address, contextConfig]),
  (context, [wanted, config]) => {
    const { base58 } = context;
    const read = accountReader(context, config);
    const state = read(wanted);
    if (state === null) throw invalidParams('could not find account');
    const token = readTokenAccount(state.owner, state.data, base58);
    const decimals = token === null ? null : mintDecimals(token.mint, read, base58);
    if (token === null || decimals === null) throw invalidParams('not a Token account');
    return withContext(context, config, uiTokenAmount(token.amount, decimals));
  },
);
