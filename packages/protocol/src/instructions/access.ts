import type { Address } from '@solana/kit';
import { associatedTokenAddress, metadataAddress, stakeAddress } from '../addresses/derive.js';
import { SYSTEM_PROGRAM } from '../addresses/programs.js';
import type { NetworkConfig } from '../network/config.js';

export interface AccessAccounts {
  readonly stake: Address;
  readonly nft: Address;
  readonly metadata: Address;
}

/**
 * The accounts by which `work` and `claim` decide whether a node may enter a market.
 * Open markets (access key = system program) look at no NFT, so the system program stands in for both.
 */
export async function accessAccounts(
  network: NetworkConfig,
  node: Address,
  accessNft: Address | undefined,
): Promise<AccessAccounts> {
  const stake = stakeAddress(network, node);
  if (accessNft === undefined) {
    return { stake: await stake, nft: SYSTEM_PROGRAM, metadata: SYSTEM_PROGRAM };
  }
  const [stakeAccount, nft, metadata] = await Promise.all([
    stake,
    associatedTokenAddress(node, accessNft),
    metadataAddress(accessNft),
  ]);
  return { stake: stakeAccount, nft, metadata };
}
