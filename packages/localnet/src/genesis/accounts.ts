import { type Address, getBase58Encoder, none, some } from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import { getMintEncoder, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import type { AccountState } from '../chain/types.js';

/** Accounts that are exempt from rent say so with the largest epoch. */
export const RENT_EXEMPT_EPOCH = 18_446_744_073_709_551_615n;

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

/** An SPL mint without supply. */
export function mintAccount(authority: Address, decimals: number, lamports: bigint): AccountState {
  const data = getMintEncoder().encode({
    mintAuthority: some(authority),
    supply: 0n,
    decimals,
    isInitialized: true,
    freezeAuthority: none(),
  });
  return programAccount(TOKEN_PROGRAM_ADDRESS, new Uint8Array(data), lamports);
}

/** An account of a program with the given data. */
export function programAccount(owner: Address, data: Uint8Array, lamports: bigint): AccountState {
  return { lamports, owner, data, executable: false, rentEpoch: RENT_EXEMPT_EPOCH };
}

/** The 32 bytes of an address. */
export const addressBytes = (value: Address): Uint8Array => new Uint8Array(getBase58Encoder().encode(value));
