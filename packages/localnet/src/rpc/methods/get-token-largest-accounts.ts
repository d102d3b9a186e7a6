import { z } from 'zod';
import { readTokenAccount, uiTokenAmount } from '../../encodings/token-accounts.js';
import { accountReader, accountsOf, withContext } from '../context.js';
import { addressRank } from '../keyed-accounts.js';
import { defineMethod } from '../method.js';
import { address, commitmentConfig } from '../params.js';
import { requireMint } from '../token-mint.js';

const MAX_ACCOUNTS = 20;

interface Holder {
  readonly address: string;
  readonly amount: bigint;
}

export const getTokenLargestAccounts = defineMethod(
  'getTokenLargestAccounts',
  z.tuple([address, commitmentConfig]),
  (context, [wanted, config]) => {
    const { base58 } = context;
    const mint = requireMint(wanted, accountReader(context, config), base58);
    const holders: Holder[] = [];
    for (const [holder, account] of accountsOf(context, mint.program, config)) {
      const token = readTokenAccount(account.owner, account.data, base58);
      if (token?.mint === wanted) holders.push({ address: holder, amount: token.amount });
    }
    const largest = holders.sort(byAmount).slice(0, MAX_ACCOUNTS);
    return withContext(
      context,
      config,
      largest.map((holder) => ({ address: holder.address, ...uiTokenAmount(holder.amount, mint.decimals) })),
    );
  },
);

/** Largest first; of equal ones, the one with the greater address. */
function byAmount(a: Holder, b: Holder): number {
  if (a.amount !== b.amount) return a.amount > b.amount ? -1 : 1;
  return addressRank(a.address) > addressRank(b.address) ? -1 : 1;
}
