import { type Address, address } from '@solana/kit';

/** The networks whose programs this project speaks to. */
export type Cluster = 'localnet' | 'devnet' | 'mainnet';

export const CLUSTERS: readonly Cluster[] = ['localnet', 'devnet', 'mainnet'];

/** Addresses that differ between clusters. The localnet runs the devnet build of the programs. */
export interface NetworkConfig {
  readonly cluster: Cluster;
  readonly jobsProgram: Address;
  readonly stakingProgram: Address;
  readonly rewardsProgram: Address;
  readonly nodesProgram: Address;
  /** SPL mint of NOS, 6 decimals. */
  readonly nosMint: Address;
}

const SHARED = {
  stakingProgram: address('nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE'),
  rewardsProgram: address('nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp'),
  nodesProgram: address('nosNeZR64wiEhQc5j251bsP4WqDabT6hmz4PHyoHLGD'),
} as const;

const DEVNET = {
  jobsProgram: address('nosJTmGQxvwXy23vng5UjkTbfv91Bzf9jEuro78dAGR'),
  nosMint: address('devr1BGQndEW5k5zfvG5FsLyZv1Ap73vNgAHcQ9sUVP'),
} as const;

const CONFIGS: Record<Cluster, NetworkConfig> = {
  mainnet: {
    cluster: 'mainnet',
    ...SHARED,
    jobsProgram: address('nosJhNRqr2bc9g1nfGDcXXTXvYUmxD4cVwy2pMWhrYM'),
    nosMint: address('nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7'),
  },
  devnet: { cluster: 'devnet', ...SHARED, ...DEVNET },
  localnet: { cluster: 'localnet', ...SHARED, ...DEVNET },
};

/** Program and mint addresses of a cluster. */
export function networkConfig(cluster: Cluster): NetworkConfig {
  return CONFIGS[cluster];
}

/** Decimals of the NOS mint: 1 NOS = 10^6 base units. */
export const NOS_DECIMALS = 6;
