export {
  associatedTokenAddress,
  marketVault,
  metadataAddress,
  nodeAccountAddress,
  rewardsReflectionAddress,
  rewardsVaultAddress,
  stakeAddress,
} from './addresses/derive.js';
export {
  ASSOCIATED_TOKEN_PROGRAM,
  METADATA_PROGRAM,
  SYSTEM_PROGRAM,
  TOKEN_PROGRAM,
} from './addresses/programs.js';
export { isAddressText } from './addresses/text.js';
export { type TransactionFormatCode, TransactionFormatError } from './chain/format-error.js';
export { normalizeRpcTransaction, type TransactionPlace } from './chain/normalize.js';
export { type ChainPosition, chainPosition, MAX_POSITION, MIN_POSITION } from './chain/position.js';
export type {
  ChainInstruction,
  ChainTransaction,
  InstructionPath,
  TokenBalanceChange,
} from './chain/transaction.js';
export { type KnownMarket, knownMarkets } from './directory/markets.js';
export { decodeTransaction } from './events/decode.js';
export type { ProtocolEvent, TokenMovement } from './events/event.js';
export {
  FORMER_JOBS_INSTRUCTIONS,
  type FormerJobsInstructionName,
  type InstructionName,
  JOBS_INSTRUCTIONS,
  type JobsInstructionName,
  NODES_INSTRUCTIONS,
  type NodesInstructionName,
  type ProgramName,
  REWARDS_INSTRUCTIONS,
  type RewardsInstructionName,
  STAKING_INSTRUCTIONS,
  type StakingInstructionName,
} from './events/names.js';
export type { AccountBalance, BesideCalls } from './fold/beside.js';
export { bootstrap } from './fold/bootstrap.js';
export type { ChainAccounts, JobAccountFields } from './fold/chain-accounts.js';
export { createNetworkFold, type NetworkFold, type StoredTransaction } from './fold/network-fold.js';
export type {
  NodeRegistrationRecord,
  ProgramChanges,
  ProgramSnapshot,
  RewardPoolRecord,
  RewardRecord,
  StakeRecord,
} from './fold/program-records.js';
export type {
  Anomaly,
  ChangeSet,
  JobRecord,
  JobStatus,
  LedgerEntry,
  LedgerKind,
  MarketRecord,
  NetworkSnapshot,
  NodeRecord,
  QueueType,
  RunRecord,
} from './fold/records.js';
export { UNKNOWN_ADDRESS, UNKNOWN_DIGEST } from './fold/unknown.js';
export * from './instructions/index.js';
export { CLUSTERS, type Cluster, type NetworkConfig, NOS_DECIMALS, networkConfig } from './network/config.js';
export * as settlement from './settlement/settlement.js';
