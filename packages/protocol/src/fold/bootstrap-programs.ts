import type { ChainPosition } from '../chain/position.js';
import type { ChainAccounts } from './chain-accounts.js';
import type { ProgramChanges } from './program-records.js';

/** Records of the programs beside jobs as their accounts show them; `position` stands for the moment of the snapshot. */
export function programsOfAccounts(
  { stakes, registrations, pools, rewards, balances }: ChainAccounts,
  position: ChainPosition,
): ProgramChanges {
  const begun = { openedAt: null, openedPosition: null, closedAt: null, closedPosition: null } as const;
  return {
    stakes: stakes.map((stake) => ({
      ...stake,
      ...begun,
      id: `${stake.address}@${position}`,
      vaultBalance: balances.get(stake.vault) ?? 0n,
      updatedPosition: position,
    })),
    nodeRegistrations: registrations.map((registration) => ({
      ...registration,
      registeredAt: null,
      registeredPosition: null,
      updatedAt: null,
      updatedPosition: position,
    })),
    rewardPools: pools.map((pool) => ({
      ...pool,
      vaultBalance: balances.get(pool.vault) ?? 0n,
      feesAdded: 0n,
      claimed: 0n,
      openedAt: null,
      updatedPosition: position,
    })),
    rewards: rewards.map((reward) => ({
      ...reward,
      ...begun,
      id: `${reward.address}@${position}`,
      claimed: 0n,
      updatedPosition: position,
    })),
  };
}
