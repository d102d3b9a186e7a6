import type { AccountState } from '../chain/types.js';
import type { Base58 } from './base58.js';
import {
  readTokenAccount,
  readTokenMint,
  TOKEN_PROGRAM,
  type TokenAccount,
  uiTokenAmount,
} from './token-accounts.js';

/** What the RPC calls jsonParsed data of an account; null when the account is of no known kind. */
export function parseAccountData(
  state: AccountState,
  read: (address: string) => AccountState | null,
  base58: Base58,
): unknown {
  const program = state.owner === TOKEN_PROGRAM ? 'spl-token' : 'spl-token-2022';
  const parsed = (type: string, info: unknown): unknown => ({
    program,
    parsed: { type, info },
    space: state.data.length,
  });

  const token = readTokenAccount(state.owner, state.data, base58);
  if (token !== null) {
    const decimals = mintDecimals(token.mint, read, base58);
    return decimals === null ? null : parsed('account', tokenInfo(token, decimals));
  }
  const mint = readTokenMint(state.owner, state.data, base58);
  if (mint !== null) {
    return parsed('mint', {
      mintAuthority: mint.mintAuthority,
      supply: mint.supply.toString(),
      decimals: mint.decimals,
      isInitialized: true,
      freezeAuthority: mint.freezeAuthority,
    });
  }
  return null;
}

/** Decimals of a mint, or null when there is no such mint. */
export function mintDecimals(
  mint: string,
  read: (address: string) => AccountState | null,
  base58: Base58,
): number | null {
  const state = read(mint);
  return state === null ? null : (readTokenMint(state.owner, state.data, base58)?.decimals ?? null);
}

function tokenInfo(token: TokenAccount, decimals: number): unknown {
  return {
    isNative: token.nativeReserve !== null,
    mint: token.mint,
    owner: token.owner,
    state: token.state,
    tokenAmount: uiTokenAmount(token.amount, decimals),
    ...(token.delegate === null
      ? {}
      : { delegate: token.delegate, delegatedAmount: uiTokenAmount(token.delegatedAmount, decimals) }),
    ...(token.nativeReserve === null
      ? {}
      : { rentExemptReserve: uiTokenAmount(token.nativeReserve, decimals) }),
    ...(token.closeAuthority === null ? {} : { closeAuthority: token.closeAuthority }),
  };
}
