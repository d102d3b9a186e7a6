import { z } from 'zod';
import { isTokenProgram, readTokenAccount, uiTokenAmount } from '../../encodings/token-accounts.js';
import { refusedParams } from '../../rpc-error.js';
import { accountReader, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { address, commitmentConfig } from '../params.js';
import { requireMint } from '../token-mint.js';

export const getTokenAccountBalance = defineMethod(
  'getTokenAccountBalance',
  z.tuple([address, commitmentConfig]),
  (context, [wanted, config]) => {
    const read = accountReader(context, config);
    const state = read(wanted);
    if (state === null) throw refusedParams('Invalid param: could not find account');
    const token = isTokenProgram(state.owner)
      ? readTokenAccount(state.owner, state.data, context.base58)
      : null;
    if (token === null) throw refusedParams('Invalid param: not a Token account');
    const { decimals } = requireMint(token.mint, read, context.base58);
    return withContext(context, config, uiTokenAmount(token.amount, decimals));
  },
);
