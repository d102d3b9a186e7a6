import { type Address, getAddressEncoder, getProgramDerivedAddress } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';
import { ASSOCIATED_TOKEN_PROGRAM, METADATA_PROGRAM, TOKEN_PROGRAM } from './programs.js';

const key = (value: Address) => getAddressEncoder().encode(value);

// WebCrypto hashes here, hence async; browsers offer it on https and localhost only.
async function derive(
  programAddress: Address,
  seeds: Parameters<typeof getProgramDerivedAddress>[0]['seeds'],
): Promise<Address> {
  const [derived] = await getProgramDerivedAddress({ programAddress, seeds });
  return derived;
}

/** The NOS token account that holds the deposits of a market. It is its own authority. */
export function marketVault(network: NetworkConfig, market: Address): Promise<Address> {
  return derive(network.jobsProgram, [key(market), key(network.nosMint)]);
}

/** The token account that wallets use for an owner and a mint of the SPL token program. */
export function associatedTokenAddress(owner: Address, mint: Address): Promise<Address> {
  return derive(ASSOCIATED_TOKEN_PROGRAM, [key(owner), key(TOKEN_PROGRAM), key(mint)]);
}

/** The stake account whose xNOS `work` and `claim` check. It need not exist. */
export function stakeAddress(network: NetworkConfig, owner: Address): Promise<Address> {
  return derive(network.stakingProgram, ['stake', key(network.nosMint), key(owner)]);
}

/** The self-description of a node in the nodes program. It need not exist. */
export function nodeAccountAddress(network: NetworkConfig, owner: Address): Promise<Address> {
  return derive(network.nodesProgram, ['node', key(owner)]);
}

/** The pool account of the rewards program, named by instructions that may pay a network fee. */
export function rewardsReflectionAddress(network: NetworkConfig): Promise<Address> {
  return derive(network.rewardsProgram, ['reflection']);
}

/** The token account that network fees go to. */
export function rewardsVaultAddress(network: NetworkConfig): Promise<Address> {
  return derive(network.rewardsProgram, [key(network.nosMint)]);
}

/** The Metaplex metadata account of an NFT's mint. */
export function metadataAddress(mint: Address): Promise<Address> {
  return derive(METADATA_PROGRAM, ['metadata', key(METADATA_PROGRAM), key(mint)]);
}
