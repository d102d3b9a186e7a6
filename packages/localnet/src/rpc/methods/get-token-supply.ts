import { z } from 'zod';
import { isTokenProgram, readTokenMint, uiTokenAmount } from '../../encodings/token-accounts.js';
import { refusedParams } from '../../rpc-error.js';
import { accountReader, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { address, commitmentConfig } from '../params.js';

export const getTokenSupply = defineMethod(
  'getTokenSupply',
  z.tuple([address, commitmentConfig]),
  (context, [wanted, config]) => {
    const state = accountReader(context, config)(wanted);
    if (state === null) throw refusedParams('Invalid param: could not find account');
    if (!isTokenProgram(state.owner)) throw refusedParams('Invalid param: not a Token mint');
    const mint = readTokenMint(state.owner, state.data, context.base58);
    if (mint === null) throw refusedParams('Invalid param: mint could not be unpacked');
    return withContext(context, config, uiTokenAmount(mint.supply, mint.decimals));
  },
);
