import type { AccountState } from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { isTokenProgram, NATIVE_MINT, readTokenMint, TOKEN_PROGRAM } from '../encodings/token-accounts.js';
import { refusedParams } from '../rpc-error.js';

/** A mint with the token program that it belongs to. */
export interface MintInfo {
  readonly program: string;
  readonly decimals: number;
}

/**
 * Finds a mint.
 *
 * @throws RpcError -32602 when there is none at the address.
 */
export function requireMint(
  mint: string,
  read: (address: string) => AccountState | null,
  base58: Base58,
): MintInfo {
  // Wrapped SOL is known without looking.
  if (mint === NATIVE_MINT) return { program: TOKEN_PROGRAM, decimals: 9 };
  const state = read(mint);
  if (state === null) throw refusedParams('Invalid param: could not find mint');
  const found = readTokenMint(state.owner, state.data, base58);
  if (found !== null) return { program: state.owner, decimals: found.decimals };
  // Validators look at the data before they look at the owner.
  const looksLikeMint = readTokenMint(TOKEN_PROGRAM, state.data, base58) !== null;
  throw refusedParams(
    looksLikeMint && !isTokenProgram(state.owner)
      ? 'Invalid param: not a Token mint'
      : 'Invalid param: Token mint could not be unpacked',
  );
}
