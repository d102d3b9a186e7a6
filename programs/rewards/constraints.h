/* Constraints that several instructions of this program share. */
#pragma once
#include "rewards/state.h"

static inline Result check_pool_vault(const Context *context, u64 reflection, u64 vault) {
  return check_has_one(context, reflection, REFLECTION_VAULT, vault, &INVALID_VAULT);
}

static inline Result check_reward_authority(const Context *context, u64 reward, u64 authority) {
  return check_has_one(context, reward, REWARD_AUTHORITY, authority, &UNAUTHORIZED);
}
