/** Every instruction of the current jobs program. */
export const JOBS_INSTRUCTIONS = [
  'open',
  'update',
  'close',
  'closeAdmin',
  'list',
  'assign',
  'delist',
  'extend',
  'end',
  'recover',
  'work',
  'stop',
  'claim',
  'finish',
  'complete',
  'quit',
  'quitAdmin',
  'clean',
  'cleanAdmin',
] as const;
export type JobsInstructionName = (typeof JOBS_INSTRUCTIONS)[number];

/** Instructions that the jobs program had in its first eight months and has no more. */
export const FORMER_JOBS_INSTRUCTIONS = [
  'initVault',
  'initProject',
  'createJob',
  'claimJob',
  'finishJob',
  'cancelJob',
  'reclaimJob',
  'closeJob',
  'init',
  'start',
  'create',
  'cancel',
  'reclaim',
  'enter',
  'exit',
] as const;
export type FormerJobsInstructionName = (typeof FORMER_JOBS_INSTRUCTIONS)[number];

export const NODES_INSTRUCTIONS = ['register', 'update', 'audit'] as const;
export type NodesInstructionName = (typeof NODES_INSTRUCTIONS)[number];

/** `claim` and `updateAuthority` are gone since 2022. */
export const STAKING_INSTRUCTIONS = [
  'init',
  'stake',
  'topup',
  'extend',
  'unstake',
  'restake',
  'withdraw',
  'close',
  'slash',
  'updateSettings',
  'claim',
  'updateAuthority',
] as const;
export type StakingInstructionName = (typeof STAKING_INSTRUCTIONS)[number];

/** `migrateStats` was there once, in 2022. */
export const REWARDS_INSTRUCTIONS = [
  'init',
  'enter',
  'addFee',
  'claim',
  'sync',
  'close',
  'migrateStats',
] as const;
export type RewardsInstructionName = (typeof REWARDS_INSTRUCTIONS)[number];

/** Which of the network's programs was called. */
export type ProgramName = 'jobs' | 'nodes' | 'staking' | 'rewards';

/** `idl`: the program's authority publishes its interface. It changes nothing else. */
export type InstructionName =
  | JobsInstructionName
  | FormerJobsInstructionName
  | NodesInstructionName
  | StakingInstructionName
  | RewardsInstructionName
  | 'idl';
