import type {
  NodeRegistrationRecord,
  ProgramSnapshot,
  RewardPoolRecord,
  RewardRecord,
  StakeRecord,
} from '@inferscan/protocol';

import type { Query } from './snapshot.js';

// Columns come under the records' own names. Rows are what this program wrote from such records.
const STAKES = `
  SELECT id, address, owner, vault, amount, duration, time_unstake AS "timeUnstake", xnos,
         vault_balance AS "vaultBalance", opened_at AS "openedAt", opened_position AS "openedPosition",
         closed_at AS "closedAt", closed_position AS "closedPosition", updated_position AS "updatedPosition"
  FROM stake WHERE closed_position IS NULL ORDER BY id`;

const NODE_REGISTRATIONS = `
  SELECT address, node, audited, architecture, country, cpu, gpu, memory, iops, storage, endpoint, icon, version,
         registered_at AS "registeredAt", registered_position AS "registeredPosition",
         updated_at AS "updatedAt", updated_position AS "updatedPosition"
  FROM node_registration ORDER BY address`;

const REWARD_POOLS = `
  SELECT address, vault, rate, total_reflection AS "totalReflection", total_xnos AS "totalXnos",
         vault_balance AS "vaultBalance", fees_added AS "feesAdded", claimed, opened_at AS "openedAt",
         updated_position AS "updatedPosition"
  FROM reward_pool ORDER BY address`;

const REWARDS = `
  SELECT id, address, owner, reflection, xnos, claimed, opened_at AS "openedAt",
         opened_position AS "openedPosition", closed_at AS "closedAt", closed_position AS "closedPosition",
         updated_position AS "updatedPosition"
  FROM reward WHERE closed_position IS NULL ORDER BY id`;

/** Reads what a fold needs to go on with the programs beside jobs. */
export async function readProgramSnapshot(query: Query): Promise<ProgramSnapshot> {
  return {
    stakes: (await query(STAKES)).rows as StakeRecord[],
    nodeRegistrations: (await query(NODE_REGISTRATIONS)).rows as NodeRegistrationRecord[],
    rewardPools: (await query(REWARD_POOLS)).rows as RewardPoolRecord[],
    rewards: (await query(REWARDS)).rows as RewardRecord[],
  };
}
