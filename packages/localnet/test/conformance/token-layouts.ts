import { AccountLayout, MintLayout } from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';

/** A key made of one byte. */
export const key = (seed: number): PublicKey => new PublicKey(new Uint8Array(32).fill(seed));

const NOBODY = PublicKey.default;

interface Writer<T> {
  readonly span: number;
  encode(value: T, buffer: Uint8Array): number;
}
/** Writes one of the layouts of the token programs. */
export function write<T>(layout: Writer<T>, value: T): Buffer {
  const bytes = Buffer.alloc(layout.span);
  layout.encode(value, bytes);
  return bytes;
}

export type RawAccount = Parameters<typeof AccountLayout.encode>[0];
export type RawMint = Parameters<typeof MintLayout.encode>[0];

/** A token account of mint 1 and owner 2 with 42 base units. */
export const account = (edit: Partial<RawAccount> = {}): Buffer =>
  write<RawAccount>(AccountLayout, {
    mint: key(1),
    owner: key(2),
    amount: 42n,
    delegateOption: 0,
    delegate: NOBODY,
    state: 1,
    isNativeOption: 0,
    isNative: 0n,
    delegatedAmount: 0n,
    closeAuthorityOption: 0,
    closeAuthority: NOBODY,
    ...edit,
  });
/** A mint with two decimals and a supply of 1,000 base units. */
export const mint = (edit: Partial<RawMint> = {}): Buffer =>
  write<RawMint>(MintLayout, {
    mintAuthorityOption: 1,
    mintAuthority: key(2),
    supply: 1_000n,
    decimals: 2,
    isInitialized: true,
    freezeAuthorityOption: 0,
    freezeAuthority: NOBODY,
    ...edit,
  });
