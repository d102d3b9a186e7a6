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
 * Open markets (access key = system program) want no NFT, yet `nft` must be a token account:
 * the node's own NOS account, which it needs for its pay anyway, stands in.
 */
export async function accessAccounts(
  network: NetworkConfig,
  node: Address,
  accessNft: Address | undefined,
): Promise<AccessAccounts> {
  const [stake, nft, metadata] = await Promise.all([
    stakeAddress(network, node),
    associatedTokenAddress(node, accessNft ?? network.nosMint),
    accessNft === undefined ? SYSTEM_PROGRAM : metadataAddress(accessNft),
  ]);
  return { stake, nft, metadata };
}
