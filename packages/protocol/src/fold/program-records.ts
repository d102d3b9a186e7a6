import type { Address } from '@solana/kit';
import type { ChainPosition } from '../chain/position.js';

// Records of the network's other programs. null stands for what lies before the folded history.

/** One life of a stake account. An owner has one at a time, at one address: `id` = address@position of its beginning. */
export interface StakeRecord {
  readonly id: string;
  readonly address: Address;
  readonly owner: Address;
  readonly vault: Address;
  /** Base units that were staked; what is withdrawn after unstaking stays in it until a restake. */
  readonly amount: bigint | null;
  /** Seconds that the tokens stay locked after unstaking. */
  readonly duration: bigint | null;
  /** Unix seconds; null while staked. */
  readonly timeUnstake: bigint | null;
  /** What the stake counts for. */
  readonly xnos: bigint | null;
  /** Base units in the stake's vault. */
  readonly vaultBalance: bigint;
  readonly openedAt: bigint | null;
  readonly openedPosition: ChainPosition | null;
  readonly closedAt: bigint | null;
  /** null while the account is open. */
  readonly closedPosition: ChainPosition | null;
  readonly updatedPosition: ChainPosition;
}

/** What a node says of itself on chain. Nobody proves it; the auditor may vouch for it. */
export interface NodeRegistrationRecord {
  /** The account in the nodes program. */
  readonly address: Address;
  readonly node: Address;
  /** Whether the network's auditor vouches for the node. */
  readonly audited: boolean | null;
  /** By the program's numbers, 255 where unknown. */
  readonly architecture: number;
  /** ISO 3166-1 numeric code. */
  readonly country: number;
  /** Virtual cores, GPUs, gigabytes of memory, disk operations a second, gigabytes of disk. */
  readonly cpu: number;
  readonly gpu: number;
  readonly memory: number;
  readonly iops: number;
  readonly storage: number;
  readonly endpoint: string;
  readonly icon: string;
  readonly version: string;
  readonly registeredAt: bigint | null;
  readonly registeredPosition: ChainPosition | null;
  /** Of the last description or audit. */
  readonly updatedAt: bigint | null;
  readonly updatedPosition: ChainPosition;
}

/**
 * The pool of fees that stakers share. A share of `totalReflection` is worth share / rate: its owner's xNOS and what fees
 * added since. Numbers are u128 as the program computes them.
 */
export interface RewardPoolRecord {
  readonly address: Address;
  readonly vault: Address;
  readonly rate: bigint | null;
  readonly totalReflection: bigint | null;
  readonly totalXnos: bigint | null;
  /** Base units in the pool's vault. */
  readonly vaultBalance: bigint;
  /** Base units of all fees that were seen to come in. */
  readonly feesAdded: bigint;
  /** Base units that were seen to be claimed. */
  readonly claimed: bigint;
  readonly openedAt: bigint | null;
  readonly updatedPosition: ChainPosition;
}

/** One life of a staker's share of the pool: `id` = address@position of its beginning. */
export interface RewardRecord {
  readonly id: string;
  readonly address: Address;
  readonly owner: Address;
  readonly reflection: bigint | null;
  /** xNOS of the stake when the share was last brought up to it. */
  readonly xnos: bigint | null;
  /** Base units paid out. */
  readonly claimed: bigint;
  readonly openedAt: bigint | null;
  readonly openedPosition: ChainPosition | null;
  readonly closedAt: bigint | null;
  /** null while the account is open. */
  readonly closedPosition: ChainPosition | null;
  readonly updatedPosition: ChainPosition;
}

/** What one transaction changed of them: full rows to upsert. */
export interface ProgramChanges {
  readonly stakes: readonly StakeRecord[];
  readonly nodeRegistrations: readonly NodeRegistrationRecord[];
  readonly rewardPools: readonly RewardPoolRecord[];
  readonly rewards: readonly RewardRecord[];
}

/** Those that can still change. */
export interface ProgramSnapshot extends ProgramChanges {
  /** Open ones. */
  readonly stakes: readonly StakeRecord[];
  /** Open ones. */
  readonly rewards: readonly RewardRecord[];
}
