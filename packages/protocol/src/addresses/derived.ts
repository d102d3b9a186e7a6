import { sha256 } from '@noble/hashes/sha2.js';
import type { Address } from '@solana/kit';
import bs58 from 'bs58';
import { ASSOCIATED_TOKEN_PROGRAM, TOKEN_PROGRAM } from './programs.js';

const MARKER = new TextEncoder().encode('ProgramDerivedAddress');
/** Programs take the highest bump that gives no point of the curve. Each gives one with even odds. */
const BUMPS_TRIED = 32;

type Seed = Address | { readonly text: string };

const bytesOf = (seed: Seed): Uint8Array =>
  typeof seed === 'string' ? bs58.decode(seed) : new TextEncoder().encode(seed.text);

/** Whether an address was derived by a program from seeds. Answers at once, where `derive.ts` must wait for WebCrypto. */
export function isDerived(candidate: Address, program: Address, seeds: readonly Seed[]): boolean {
  const parts = seeds.map(bytesOf);
  const message = Uint8Array.from(
    [...parts, new Uint8Array(1), bs58.decode(program), MARKER].flatMap((part) => [...part]),
  );
  const bumpAt = parts.reduce((length, part) => length + part.length, 0);
  const wanted = bs58.decode(candidate);
  for (let bump = 255; bump > 255 - BUMPS_TRIED; bump -= 1) {
    message[bumpAt] = bump;
    if (sha256(message).every((byte, index) => byte === wanted[index])) return true;
  }
  return false;
}

/** Whether an address is the token account that wallets use for an owner and a mint. */
export const isAssociatedTokenAccount = (candidate: Address, owner: Address, mint: Address): boolean =>
  isDerived(candidate, ASSOCIATED_TOKEN_PROGRAM, [owner, TOKEN_PROGRAM, mint]);
