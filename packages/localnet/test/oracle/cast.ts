import { createHash } from 'node:crypto';
import {
  associatedTokenAddress,
  knownMarkets,
  marketVault,
  nodeAccountAddress,
  rewardsReflectionAddress,
  rewardsVaultAddress,
  stakeAddress,
} from '@inferscan/protocol';
import {
  type Address,
  createKeyPairSignerFromPrivateKeyBytes,
  getAddressEncoder,
  getProgramDerivedAddress,
  type KeyPairSigner,
} from '@solana/kit';
import { NETWORK } from '../../src/genesis/network.js';

/** Everybody and everything that random transactions are about; the same in every run. */
export interface Cast {
  /** Wallets: with much money, with some and a stake, with little, and one that does not exist. */
  readonly wallets: readonly KeyPairSigner[];
  /** Keys of accounts that instructions make: mints, jobs, runs, markets. */
  readonly keys: readonly KeyPairSigner[];
  readonly markets: readonly Address[];
  /** A mint whose authorities the first wallet is. */
  readonly mint: KeyPairSigner;
  /** Holds the addresses that version 0 transactions take from it. */
  readonly table: Address;
  /** What the table holds, and what takes the place of an account that an instruction needs. */
  readonly addresses: readonly Address[];
  /** Everyone who can sign. */
  readonly signers: ReadonlyMap<Address, KeyPairSigner>;
}

export const RICH = 0;
export const STAKED = 1;
const WALLETS = ['rich', 'staked', 'modest', 'poor', 'ghost'] as const;
const KEYS = 8;

const signer = (name: string): Promise<KeyPairSigner> =>
  createKeyPairSignerFromPrivateKeyBytes(createHash('sha256').update(`oracle ${name}`).digest());

export async function createCast(): Promise<Cast> {
  const wallets = await Promise.all(WALLETS.map(signer));
  const keys = await Promise.all(Array.from({ length: KEYS }, (_item, index) => signer(`key ${index}`)));
  const mint = await signer('mint');
  const table = (await signer('table')).address;
  const markets = knownMarkets('localnet').map(({ address }) => address);
  const owned = await Promise.all(
    wallets.map(async ({ address }) => [
      await associatedTokenAddress(address, NETWORK.nosMint),
      await associatedTokenAddress(address, mint.address),
      await stakeAddress(NETWORK, address),
      await stakeVaultAddress(address),
      await nodeAccountAddress(NETWORK, address),
    ]),
  );
  const addresses = [
    ...[...wallets, ...keys, mint].map(({ address }) => address),
    ...owned.flat(),
    ...markets,
    ...(await Promise.all(markets.map((market) => marketVault(NETWORK, market)))),
    NETWORK.nosMint,
    await rewardsReflectionAddress(NETWORK),
    await rewardsVaultAddress(NETWORK),
  ];
  return {
    wallets,
    keys,
    markets,
    mint,
    table,
    addresses,
    signers: new Map([...wallets, ...keys, mint].map((one) => [one.address, one])),
  };
}

/** Where the staking program keeps what a wallet has staked. */
export async function stakeVaultAddress(owner: Address): Promise<Address> {
  const encode = (address: Address) => getAddressEncoder().encode(address);
  const [vault] = await getProgramDerivedAddress({
    programAddress: NETWORK.stakingProgram,
    seeds: ['vault', encode(NETWORK.nosMint), encode(owner)],
  });
  return vault;
}

/** The item at an index that may be any number. */
export function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('there is nothing to take from');
  return item;
}
