import { z } from 'zod';
import { readTokenMint, uiTokenAmount } from '../../encodings/token-accounts.js';
import { invalidParams } from '../../rpc-error.js';
import { accountReader, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { address, contextConfig } from '../params.js';

export const getTokenSupply = defineMethod(
  'getTokenSupply',
  z.tuple([address, contextConfig]),
  (context, [wanted, config]) => {
    const { base58 } = context;
    const state = accountReader(context, config)(wanted);
    if (state === null) throw invalidParams('could not find account');
    const mint = readTokenMint(state.owner, state.data, base58);
    if (mint === null) throw invalidParams('not a Token mint');
    return withContext(context, config, uiTokenAmount(mint.supply, mint.decimals));
  },
);
