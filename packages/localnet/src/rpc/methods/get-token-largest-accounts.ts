import { z } from 'zod';
import { readTokenAccount, readTokenMint, uiTokenAmount } from '../../encodings/token-accounts.js';
import { invalidParams } from '../../rpc-error.js';
import { accountReader, accountsOf, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { address, contextConfig } from '../params.js';

const MAX_ACCOUNTS = 20;

export const getTokenLargestAccounts = defineMethod(
  'getTokenLargestAccounts',
  z.tuple([address, contextConfig]),
  (context, [wanted, config]) => {
    const { base58 } = context;
    const state = accountReader(context, config)(wanted);
    if (state === null) throw invalidParams('could not find mint');
    const mint = readTokenMint(state.owner, state.data, base58);
    if (mint === null) throw invalidParams('not a Token mint');
    const holders: { address: string; amount: bigint }[] = [];
    for (const [holder, account] of accountsOf(context, state.owner, config)) {
      const token = readTokenAccount(account.owner, account.data, base58);
      if (token?.mint === wanted) holders.push({ address: holder, amount: token.amount });
    }
    holders.sort((a, b) =>
      a.amount === b.amount ? (a.address < b.address ? -1 : 1) : a.amount > b.amount ? -1 : 1,
    );
    return withContext(
      context,
      config,
      holders
        .slice(0, MAX_ACCOUNTS)
        .map((holder) => ({ address: holder.address, ...uiTokenAmount(holder.amount, mint.decimals) })),
    );
  },
);
