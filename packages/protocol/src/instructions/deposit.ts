import type { Address } from '@solana/kit';
import {
  associatedTokenAddress,
  marketVault,
  rewardsReflectionAddress,
  rewardsVaultAddress,
} from '../addresses/derive.js';
import type { NetworkConfig } from '../network/config.js';

export interface DepositAccounts {
  readonly user: Address;
  readonly vault: Address;
  readonly rewardsReflection: Address;
  readonly rewardsVault: Address;
  readonly rewardsProgram: Address;
}

/** The accounts by which `list`, `assign` and `extend` move a deposit from the payer into the vault. */
export async function depositAccounts(
  network: NetworkConfig,
  market: Address,
  payer: Address,
): Promise<DepositAccounts> {
  const [user, vault, rewardsReflection, rewardsVault] = await Promise.all([
    associatedTokenAddress(payer, network.nosMint),
    marketVault(network, market),
    rewardsReflectionAddress(network),
    rewardsVaultAddress(network),
  ]);
  return { user, vault, rewardsReflection, rewardsVault, rewardsProgram: network.rewardsProgram };
}
