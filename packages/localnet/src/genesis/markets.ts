import type { MarketTerms } from '@inferscan/protocol';

/** A market that the genesis opens; the protocol package lists the same markets by address. */
export interface GenesisMarket {
  readonly slug: string;
  readonly name: string;
  readonly terms: MarketTerms;
}

/** Job types of the jobs program. */
const SMALL = 1;
const MEDIUM = 2;
const GPU = 4;

const DAY = 86_400n;

/**
 * Prices follow the real markets' order of magnitude: at about $0.30 per NOS, 48 base units per second are
 * 0.17 NOS or $0.05 an hour, so that a job of some minutes costs cents or less. Stakes are small, but not zero:
 * a node without a stake is refused, as it would be on the real network.
 */
export const GENESIS_MARKETS: readonly GenesisMarket[] = [
  {
    slug: 'cpu-small',
    name: 'CPU, small',
    terms: {
      jobPrice: 48n,
      jobTimeout: 3_600n,
      jobExpiration: DAY,
      jobType: SMALL,
      nodeXnosMinimum: 1_000_000n,
    },
  },
  {
    slug: 'cpu-medium',
    name: 'CPU, medium',
    terms: {
      jobPrice: 96n,
      jobTimeout: 7_200n,
      jobExpiration: DAY,
      jobType: MEDIUM,
      nodeXnosMinimum: 1_000_000n,
    },
  },
  {
    slug: 'gpu-any',
    name: 'GPU, any',
    terms: {
      jobPrice: 320n,
      jobTimeout: 7_200n,
      jobExpiration: DAY,
      jobType: GPU,
      nodeXnosMinimum: 10_000_000n,
    },
  },
];
