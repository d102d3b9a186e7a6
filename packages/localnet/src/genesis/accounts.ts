import { type Address, getBase58Encoder, none, some } from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import {
  getMintEncoder,
  getTokenEncoder,
  TOKEN_PROGRAM_ADDRESS,
  AccountState as TokenState,
} from '@solana-program/token';
import type { AccountState } from '../chain/types.js';

/** Accounts that are exempt from rent say so with the largest epoch. */
const RENT_EXEMPT_EPOCH = 18_446_744_073_709_551_615n;

/** Lamports that an account of so many bytes must hold. */
export type RentOf = (bytes: number) => bigint;

/** An account that only holds lamports. */
export function walletAccount(lamports: bigint): AccountState {
  return {
    lamports,
    owner: SYSTEM_PROGRAM_ADDRESS,
    data: new Uint8Array(),
    executable: false,
    rentEpoch: RENT_EXEMPT_EPOCH,
  };
}

/** An account of a program, with just the lamports that its rent needs. */
export function programAccount(owner: Address, data: Uint8Array, rentOf: RentOf): AccountState {
  return { lamports: rentOf(data.length), owner, data, executable: false, rentEpoch: RENT_EXEMPT_EPOCH };
}

/** An SPL mint without supply. */
export function mintAccount(authority: Address, decimals: number, rentOf: RentOf): AccountState {
  const data = getMintEncoder().encode({
    mintAuthority: some(authority),
    supply: 0n,
    decimals,
    isInitialized: true,
    freezeAuthority: none(),
  });
  return programAccount(TOKEN_PROGRAM_ADDRESS, new Uint8Array(data), rentOf);
}

/** An empty token account that is its own authority, as all vaults of the network are. */
export function vaultAccount(address: Address, mint: Address, rentOf: RentOf): AccountState {
  const data = getTokenEncoder().encode({
    mint,
    owner: address,
    amount: 0n,
    delegate: none(),
    state: TokenState.Initialized,
    isNative: none(),
    delegatedAmount: 0n,
    closeAuthority: none(),
  });
  return programAccount(TOKEN_PROGRAM_ADDRESS, new Uint8Array(data), rentOf);
}

/** The 32 bytes of an address. */
export const addressBytes = (value: Address): Uint8Array => new Uint8Array(getBase58Encoder().encode(value));
