import type { Address } from '@solana/kit';
import { malformed } from './format-error.js';
import {
  type JsonObject,
  readAddress,
  readAmount,
  readIndex,
  readObject,
  readOptionalArray,
} from './read-json.js';
import type { TokenBalanceChange } from './transaction.js';

type Change = { -readonly [K in keyof TokenBalanceChange]: TokenBalanceChange[K] };

/** Joins the balances before and after a transaction by token account, in the order of the accounts. */
export function readTokenBalances(meta: JsonObject, accounts: readonly Address[]): TokenBalanceChange[] {
  const changes = new Map<number, Change>();
  for (const [field, side] of [
    ['preTokenBalances', 'before'],
    ['postTokenBalances', 'after'],
  ] as const) {
    const entries = readOptionalArray(meta[field], `meta.${field}`, accounts.length);
    entries.forEach((entry, position) => {
      const path = `meta.${field}[${position}]`;
      const balance = readObject(entry, path);
      const index = readIndex(balance.accountIndex, `${path}.accountIndex`, accounts.length);
      const account = accounts[index];
      if (account === undefined) throw malformed(`${path}.accountIndex`, 'an account of the transaction');
      const amount = readAmount(
        readObject(balance.uiTokenAmount, `${path}.uiTokenAmount`).amount,
        `${path}.uiTokenAmount.amount`,
      );
      const known = changes.get(index);
      const owner = balance.owner == null ? null : readAddress(balance.owner, `${path}.owner`);
      const change: Change = known ?? {
        account,
        mint: readAddress(balance.mint, `${path}.mint`),
        owner,
        before: null,
        after: null,
      };
      // An authority can change hands within the transaction: transfers in it were mostly made by the later one.
      if (owner !== null) change.owner = owner;
      change[side] = amount;
      changes.set(index, change);
    });
  }
  return [...changes].sort(([left], [right]) => left - right).map(([, change]) => change);
}
