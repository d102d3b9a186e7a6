import { getStakeAccountEncoder } from '@nosana/stake-program';
import {
  type Address,
  addEncoderSizePrefix,
  getAddressEncoder,
  getProgramDerivedAddress,
  getStructEncoder,
  getU8Encoder,
  getU16Encoder,
  getU32Encoder,
  getUtf8Encoder,
  none,
} from '@solana/kit';
import { AccountState, getMintEncoder, getTokenDecoder, getTokenEncoder } from '@solana-program/token';
import { ASSOCIATED_TOKEN, JOBS, METADATA, MINT, REWARDS, STAKING, SYSTEM, TOKEN } from './addresses.js';
import type { Chain } from './chain.js';

const key = (address: Address): Uint8Array => new Uint8Array(getAddressEncoder().encode(address));

async function derive(program: Address, seeds: (string | Address)[], texts = 0): Promise<Address> {
  const parts = seeds.map((seed, index) => (index < texts ? seed : key(seed as Address)));
  const [address] = await getProgramDerivedAddress({ programAddress: program, seeds: parts });
  return address;
}

export const vaultOf = (market: Address, mint: Address = MINT) => derive(JOBS, [market, mint]);
export const nosAccountOf = (wallet: Address) => derive(ASSOCIATED_TOKEN, [wallet, TOKEN, MINT]);
export const stakeOf = (node: Address) => derive(STAKING, ['stake', MINT, node], 1);
export const metadataOf = (mint: Address) => derive(METADATA, ['metadata', METADATA, mint], 1);
export const reflectionAddress = () => derive(REWARDS, ['reflection'], 1);
export const rewardsVaultAddress = (mint: Address = MINT) => derive(REWARDS, [mint]);

export function putMint(chain: Chain, address: Address, authority: Address): void {
  const data = getMintEncoder().encode({
    mintAuthority: authority,
    supply: 0n,
    decimals: 6,
    isInitialized: true,
    freezeAuthority: none(),
  });
  chain.putAccount(address, TOKEN, new Uint8Array(data));
}

export interface TokenHolding {
  readonly owner: Address;
  readonly amount?: bigint;
  readonly mint?: Address;
  readonly initialized?: boolean;
}

export function putTokenAccount(chain: Chain, address: Address, holding: TokenHolding): void {
  const data = getTokenEncoder().encode({
    mint: holding.mint ?? MINT,
    owner: holding.owner,
    amount: holding.amount ?? 0n,
    delegate: none(),
    state: holding.initialized === false ? AccountState.Uninitialized : AccountState.Initialized,
    isNative: none(),
    delegatedAmount: 0n,
    closeAuthority: none(),
  });
  chain.putAccount(address, TOKEN, new Uint8Array(data));
}

/** Tokens in an account; 0 where there is none. */
export function tokensIn(chain: Chain, address: Address): bigint {
  const data = chain.dataOf(address);
  return data.length === 0 ? 0n : getTokenDecoder().decode(data).amount;
}

export function putStake(chain: Chain, address: Address, authority: Address, xnos: bigint): void {
  const fields = {
    amount: 1n,
    authority,
    duration: 0n,
    timeUnstake: 0n,
    vault: SYSTEM,
    vaultBump: 255,
    xnos,
  };
  const data = new Uint8Array(120);
  data.set(getStakeAccountEncoder().encode(fields));
  chain.putAccount(address, STAKING, data);
}

/** The rewards program's account as its `init` leaves it, its numbers aside: jobs looks at none of them. */
export function putReflection(chain: Chain, address: Address): void {
  const data = new Uint8Array(97);
  data.set([0xcd, 0x99, 0xa0, 0x36, 0xef, 0x1a, 0xdb, 0xbc]);
  chain.putAccount(address, REWARDS, data);
}

export interface NftMetadata {
  readonly mint: Address;
  readonly collection?: { readonly key: Address; readonly verified: boolean };
  /** How many creators are named; undefined: the option is absent. */
  readonly creators?: number;
  /** Whether edition nonce and token standard are present. */
  readonly editions?: boolean;
}

/** Metaplex metadata: strings padded with zeros to their full width, as that program writes them. */
export function metadataBytes(metadata: NftMetadata): Uint8Array {
  const text = addEncoderSizePrefix(getUtf8Encoder(), getU32Encoder());
  const head = getStructEncoder([
    ['key', getU8Encoder()],
    ['updateAuthority', getAddressEncoder()],
    ['mint', getAddressEncoder()],
    ['name', text],
    ['symbol', text],
    ['uri', text],
    ['sellerFee', getU16Encoder()],
  ]).encode({
    key: 4,
    updateAuthority: SYSTEM,
    mint: metadata.mint,
    name: 'Access'.padEnd(32, '\0'),
    symbol: 'KEY'.padEnd(10, '\0'),
    uri: 'https://example.com/access.json'.padEnd(200, '\0'),
    sellerFee: 500,
  });
  const creators =
    metadata.creators === undefined
      ? [0]
      : [1, ...getU32Encoder().encode(metadata.creators), ...new Uint8Array(34 * metadata.creators).fill(1)];
  const option = metadata.editions ? [1, 255] : [0];
  const collection = metadata.collection
    ? [1, metadata.collection.verified ? 1 : 0, ...key(metadata.collection.key)]
    : [0];
  return Uint8Array.from([
    ...head,
    ...creators,
    1,
    1,
    ...option,
    ...(metadata.editions ? [1, 0] : [0]),
    ...collection,
    0,
  ]);
}
