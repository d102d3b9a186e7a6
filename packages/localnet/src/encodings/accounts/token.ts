import type { AccountState } from '../../chain/types.js';
import type { Base58 } from '../base58.js';
import { createDataReader } from '../data-reader.js';
import {
  isTokenProgram,
  MULTISIG_BYTES,
  readTokenAccount,
  readTokenMint,
  type TokenAccount,
  type TokenMint,
  uiTokenAmount,
} from '../token-accounts.js';
import type { ParsedData } from './parse.js';
import { readExtensions } from './token-extensions.js';

/** Reads what the jsonParsed encoding shows of an account of a token program; null when it is none of theirs. */
export function parseTokenAccount(
  state: AccountState,
  read: (address: string) => AccountState | null,
  base58: Base58,
): ParsedData | null {
  const { owner, data } = state;
  const token = readTokenAccount(owner, data, base58);
  if (token !== null) {
    const decimals = mintDecimals(token.mint, read, base58);
    return decimals === null
      ? null
      : { info: accountInfo(token, decimals, readExtensions(data, base58)), type: 'account' };
  }
  const mint = readTokenMint(owner, data, base58);
  if (mint !== null) return { info: mintInfo(mint, readExtensions(data, base58)), type: 'mint' };
  return isTokenProgram(owner) && data.length === MULTISIG_BYTES ? multisig(data, base58) : null;
}

/** Decimals of a mint, or null when there is no such mint. */
function mintDecimals(
  mint: string,
  read: (address: string) => AccountState | null,
  base58: Base58,
): number | null {
  const state = read(mint);
  return state === null ? null : (readTokenMint(state.owner, state.data, base58)?.decimals ?? null);
}

function accountInfo(token: TokenAccount, decimals: number, extensions: readonly object[]): object {
  const { closeAuthority, delegate, nativeReserve } = token;
  return {
    ...(closeAuthority === null ? {} : { closeAuthority }),
    ...(delegate === null
      ? {}
      : { delegate, delegatedAmount: uiTokenAmount(token.delegatedAmount, decimals) }),
    ...(extensions.length === 0 ? {} : { extensions }),
    isNative: nativeReserve !== null,
    mint: token.mint,
    owner: token.owner,
    ...(nativeReserve === null ? {} : { rentExemptReserve: uiTokenAmount(nativeReserve, decimals) }),
    state: token.state,
    tokenAmount: uiTokenAmount(token.amount, decimals),
  };
}

function mintInfo(mint: TokenMint, extensions: readonly object[]): object {
  return {
    decimals: mint.decimals,
    ...(extensions.length === 0 ? {} : { extensions }),
    freezeAuthority: mint.freezeAuthority,
    isInitialized: true,
    mintAuthority: mint.mintAuthority,
    supply: mint.supply.toString(),
  };
}

function multisig(data: Uint8Array, base58: Base58): ParsedData | null {
  const reader = createDataReader(data, base58);
  const numRequiredSigners = reader.u8();
  const numValidSigners = reader.u8();
  if (!reader.bool()) return null;
  const signers = Array.from({ length: 11 }, () => reader.keyOrZero()).filter((key) => key !== null);
  return { info: { isInitialized: true, numRequiredSigners, numValidSigners, signers }, type: 'multisig' };
}
