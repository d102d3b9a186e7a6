#pragma once
#include "rewards/constraints.h"

enum { SYNC_REWARD, SYNC_STAKE, SYNC_REFLECTION };

static Result sync_check_stake(Context *context, u64 index) {
  TRY(check_staked(context, index));
  bool same_owner =
      equal32(data_of(context, index) + STAKE_AUTHORITY, data_of(context, SYNC_REWARD) + REWARD_AUTHORITY);
  return check(context, index, same_owner, &UNAUTHORIZED);
}

/* Anybody may bring a share up to the score of today. What fees have added stays in it, unpaid. */
static Result sync_reward(Context *context) {
  u8 *pool = data_of(context, SYNC_REFLECTION), *reward = data_of(context, SYNC_REWARD);
  U128 nothing = u128_of(0);
  pool_leave(pool, reward, &nothing);
  U128 pending = pending_reward(pool, reward);
  U128 xnos = field(data_of(context, SYNC_STAKE), STAKE_XNOS);
  pool_enter(pool, reward, &xnos, &pending);
  return OK;
}

static const AccountSpec SYNC_ACCOUNTS[] = {
    {.name = "reward", .load = load_reward, .writable = true},
    {.name = "stake", .load = load_stake, .check = sync_check_stake},
    {.name = "reflection", .load = load_reflection, .writable = true},
};
