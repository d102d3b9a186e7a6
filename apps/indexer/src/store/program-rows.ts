import type { RowOf, TABLES } from '@inferscan/db';
import type {
  NodeRegistrationRecord,
  RewardPoolRecord,
  RewardRecord,
  StakeRecord,
} from '@inferscan/protocol';

type Tables = typeof TABLES;

export const stakeRow = (stake: StakeRecord): RowOf<Tables['stake']> => ({
  id: stake.id,
  address: stake.address,
  owner: stake.owner,
  vault: stake.vault,
  amount: stake.amount,
  duration: stake.duration,
  time_unstake: stake.timeUnstake,
  xnos: stake.xnos,
  vault_balance: stake.vaultBalance,
  opened_at: stake.openedAt,
  opened_position: stake.openedPosition,
  closed_at: stake.closedAt,
  closed_position: stake.closedPosition,
  updated_position: stake.updatedPosition,
});

export const registrationRow = (registration: NodeRegistrationRecord): RowOf<Tables['nodeRegistration']> => ({
  address: registration.address,
  node: registration.node,
  audited: registration.audited,
  architecture: registration.architecture,
  country: registration.country,
  cpu: registration.cpu,
  gpu: registration.gpu,
  memory: registration.memory,
  iops: registration.iops,
  storage: registration.storage,
  endpoint: registration.endpoint,
  icon: registration.icon,
  version: registration.version,
  registered_at: registration.registeredAt,
  registered_position: registration.registeredPosition,
  updated_at: registration.updatedAt,
  updated_position: registration.updatedPosition,
});

export const rewardPoolRow = (pool: RewardPoolRecord): RowOf<Tables['rewardPool']> => ({
  address: pool.address,
  vault: pool.vault,
  rate: pool.rate,
  total_reflection: pool.totalReflection,
  total_xnos: pool.totalXnos,
  vault_balance: pool.vaultBalance,
  fees_added: pool.feesAdded,
  claimed: pool.claimed,
  opened_at: pool.openedAt,
  updated_position: pool.updatedPosition,
});

export const rewardRow = (reward: RewardRecord): RowOf<Tables['reward']> => ({
  id: reward.id,
  address: reward.address,
  owner: reward.owner,
  reflection: reward.reflection,
  xnos: reward.xnos,
  claimed: reward.claimed,
  opened_at: reward.openedAt,
  opened_position: reward.openedPosition,
  closed_at: reward.closedAt,
  closed_position: reward.closedPosition,
  updated_position: reward.updatedPosition,
});
