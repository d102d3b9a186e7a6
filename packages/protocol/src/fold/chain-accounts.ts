import type { Address } from '@solana/kit';
import type {
  NodeRegistrationRecord,
  RewardPoolRecord,
  RewardRecord,
  StakeRecord,
} from './program-records.js';
import type { JobRecord, MarketRecord, RunRecord } from './records.js';

// What the accounts of the network's programs say at one moment. null: the account does not say it.

export type MarketAccountFields = Pick<
  MarketRecord,
  | 'address'
  | 'authority'
  | 'vault'
  | 'jobPrice'
  | 'jobTimeout'
  | 'jobExpiration'
  | 'jobType'
  | 'nodeAccessKey'
  | 'nodeXnosMinimum'
  | 'queueType'
  | 'queue'
>;

export interface JobAccountFields
  extends Pick<
    JobRecord,
    | 'address'
    | 'market'
    | 'project'
    | 'payer'
    | 'price'
    | 'timeout'
    | 'definitionDigest'
    | 'resultDigest'
    | 'node'
    | 'startedAt'
    | 'endedAt'
  > {
  /** open: queued or running, which the account itself does not tell. Node and times are told of done ones alone. */
  readonly state: 'open' | 'done' | 'stopped';
}

export type RunAccountFields = Pick<RunRecord, 'address' | 'job' | 'node' | 'payer' | 'startedAt'>;

export type StakeAccountFields = Pick<
  StakeRecord,
  'address' | 'owner' | 'vault' | 'amount' | 'duration' | 'timeUnstake' | 'xnos'
>;

export type NodeAccountFields = Omit<
  NodeRegistrationRecord,
  'registeredAt' | 'registeredPosition' | 'updatedAt' | 'updatedPosition'
>;

export type RewardPoolAccountFields = Pick<
  RewardPoolRecord,
  'address' | 'vault' | 'rate' | 'totalReflection' | 'totalXnos'
>;

export type RewardAccountFields = Pick<RewardRecord, 'address' | 'owner' | 'reflection' | 'xnos'>;

/** Every account of the network's programs, and what its vaults hold, at the end of one slot. */
export interface ChainAccounts {
  readonly slot: bigint;
  /** Unix seconds of the slot's block. */
  readonly blockTime: bigint | null;
  readonly markets: readonly MarketAccountFields[];
  readonly jobs: readonly JobAccountFields[];
  readonly runs: readonly RunAccountFields[];
  readonly stakes: readonly StakeAccountFields[];
  readonly registrations: readonly NodeAccountFields[];
  readonly pools: readonly RewardPoolAccountFields[];
  readonly rewards: readonly RewardAccountFields[];
  /** Base units by token account; one that is missing holds nothing. */
  readonly balances: ReadonlyMap<Address, bigint>;
}
