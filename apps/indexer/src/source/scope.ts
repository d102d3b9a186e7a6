import type { NetworkConfig } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

/** The addresses that are followed: whatever names one of the network's programs is read. */
export const programsOf = (network: NetworkConfig): readonly Address[] => [
  network.jobsProgram,
  network.nodesProgram,
  network.stakingProgram,
  network.rewardsProgram,
];
