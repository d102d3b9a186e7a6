import type { AccountState } from '../chain/types.js';
import { type AccountView, type EncodedAccount, encodeAccount } from '../encodings/account.js';
import { isTokenProgram } from '../encodings/token-accounts.js';
import type { RpcContext } from './context.js';

/** An account with its address, as methods that list accounts return it. */
export interface KeyedAccount {
  readonly account: EncodedAccount;
  readonly pubkey: string;
}

/**
 * Writes a list of accounts by address. Those of the token programs that jsonParsed cannot read are left out, as
 * validators do.
 *
 * @throws RpcError when base58 is asked for more than 128 bytes.
 */
export function encodeKeyedAccounts(
  accounts: Iterable<readonly [address: string, state: AccountState]>,
  view: AccountView & { readonly sortResults?: boolean | null | undefined },
  context: RpcContext,
): KeyedAccount[] {
  const encoded: KeyedAccount[] = [];
  for (const [pubkey, state] of accounts) {
    const account = encodeAccount(pubkey, state, view, context);
    const unread =
      view.encoding === 'jsonParsed' && isTokenProgram(state.owner) && Array.isArray(account.data);
    if (!unread) encoded.push({ account, pubkey });
  }
  return view.sortResults === false ? encoded : sortByAddress(encoded);
}

function sortByAddress(accounts: readonly KeyedAccount[]): KeyedAccount[] {
  return accounts
    .map((account) => ({ account, rank: addressRank(account.pubkey) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ account }) => account);
}

/**
 * A text that sorts like the bytes of an address. Base58 digits sort like their values, and leading 1s are zeros: it
 * only takes equal lengths.
 */
export const addressRank = (address: string): string => address.replace(/^1+/, '').padStart(44, '1');
