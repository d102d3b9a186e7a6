#pragma once
#include "rewards/constraints.h"

enum { CLOSE_REFLECTION, CLOSE_REWARD, CLOSE_AUTHORITY };

static Result close_check_reward(Context *context, u64 index) {
  return check_reward_authority(context, index, CLOSE_AUTHORITY);
}

/* What fees have added and was not claimed stays in the pool. */
static Result close_reward(Context *context) {
  U128 nothing = u128_of(0);
  pool_leave(data_of(context, CLOSE_REFLECTION), data_of(context, CLOSE_REWARD), &nothing);
  return OK;
}

static const AccountSpec CLOSE_ACCOUNTS[] = {
    {.name = "reflection", .load = load_reflection, .writable = true},
    {.name = "reward",
     .load = load_reward,
     .writable = true,
     .check = close_check_reward,
     .close_to = CLOSE_TO(CLOSE_AUTHORITY)},
    {.name = "authority", .load = load_signer, .writable = true},
};
