import { type Address, address } from '@solana/kit';
import type { Cluster } from '../network/config.js';

/** A market's off-chain name. Names are not on chain: they can lag behind what a market is used for. */
export interface KnownMarket {
  readonly address: Address;
  readonly slug: string;
  readonly name: string;
}

/** The localnet derives each market's key from sha256("inferscan localnet market: " + slug). */
const LOCALNET: readonly KnownMarket[] = [
  { address: address('246ogWJiz6J9rtJgVueXVXFnwTwYBysTLmPQBSRnyqh1'), slug: 'cpu-small', name: 'CPU, small' },
  {
    address: address('Xw3yuLfrdT1KJ4jafGb65HsoMHHQQKp9wUkxf8T6N33'),
    slug: 'cpu-medium',
    name: 'CPU, medium',
  },
  { address: address('BvYqifrWF613SBeLozA4JJcUpt36u1wyQx1JtzRBqP5u'), slug: 'gpu-any', name: 'GPU, any' },
];

/** Source: the network's public documentation, GPU markets page. */
const MAINNET: readonly KnownMarket[] = [
  {
    address: address('3XGECQon74HQwPJuZjgCwqdQ5Nt3wktZ9fcavcDN9qB2'),
    slug: 'nvidia-8x-a5000',
    name: 'Enterprise 8xA5000',
  },
  { address: address('7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq'), slug: 'nvidia-3060', name: '3060' },
  { address: address('RXP7JK8MTY4uPJng4UjC9ZJdDDSG6wGr8pvVf3mwgXF'), slug: 'nvidia-3070', name: '3070' },
  { address: address('7RepDm4Xt9k6qV5oiSHvi8oBoty4Q2tfBGnCYjFLj6vA'), slug: 'nvidia-3080', name: '3080' },
  { address: address('CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ'), slug: 'nvidia-3090', name: '3090' },
  { address: address('47LQHZwT7gfVoBDYnRYhsYv6vKk8a1oW3Y3SdHAp1gTr'), slug: 'nvidia-4060', name: '4060' },
  { address: address('EzuHhkrhmV98HWzREsgLenKj2iHdJgrKmzfL8psP8Aso'), slug: 'nvidia-4070', name: '4070' },
  { address: address('77wdaAuYVxBW5u2QiqddkAzoBZ5cuKxH9ZCbx5HfFUb2'), slug: 'nvidia-4080', name: '4080' },
  { address: address('97G9NnvBDQ2WpKu6fasoMsAKmfj63C9rhysJnkeWodAf'), slug: 'nvidia-4090', name: '4090' },
  { address: address('4uBye3vJ1FAYukDdrvqQ36MZZZxqW3o8utWu8fyomRuN'), slug: 'nvidia-a5000', name: 'A5000' },
  {
    address: address('EjryZ6XEthz3z7nnLfjXBYafyn7VyHgChfbfM47LfAao'),
    slug: 'nvidia-6000-a6000',
    name: '6000/A6000',
  },
  { address: address('BLqSzPzcXMX5gseNXE4Ma45f31Eo6tNFVYoRmPG7kxP2'), slug: 'nvidia-a40', name: 'A40' },
  { address: address('GLJHzqRN9fKGBsvsFzmGnaQGknUtLN1dqaFR8n3YdM22'), slug: 'nvidia-a100', name: 'A100' },
  { address: address('Crop49jpc7prcgAcS82WbWyGHwbN5GgDym3uFbxxCTZg'), slug: 'nvidia-h100', name: 'H100' },
  { address: address('3EWVbggirRpDY2npzPDA7k21yzwz5wgwGxVVv6zCnRpa'), slug: 'nvidia-laptop', name: 'Laptop' },
  {
    address: address('7fnuvPYzfd961iRDPRgMSKLrUf1QjTGnn7viu3P12Zuc'),
    slug: 'nvidia-4000-a4000',
    name: '4000/A4000',
  },
  {
    address: address('F3aGGSMb73XHbJbDXVbcXo7iYM9fyevvAZGQfwgrnWtB'),
    slug: 'nvidia-a100-40gb',
    name: 'A100 40GB',
  },
];

const BY_CLUSTER: Record<Cluster, readonly KnownMarket[]> = {
  localnet: LOCALNET,
  devnet: [],
  mainnet: MAINNET,
};

/** Markets of a cluster whose names are known. */
export function knownMarkets(cluster: Cluster): readonly KnownMarket[] {
  return BY_CLUSTER[cluster];
}
