#pragma once
#include "sdk/rewards.h"
#include "staking/constraints.h"

enum { UNSTAKE_STAKE, UNSTAKE_REWARD, UNSTAKE_AUTHORITY };

static Result unstake_check_stake(Context *context, u64 index) {
  TRY(check_stake_authority(context, index, UNSTAKE_AUTHORITY));
  return check_staked(context, index);
}

/* Rewards end before the stake does. */
static Result unstake_check_reward(Context *context, u64 index) {
  TRY(check(context, index, is_closed(account(context, index)), &HAS_REWARD));
  return check_reward_address(context, index, UNSTAKE_AUTHORITY);
}

static Result unstake_stake(Context *context) {
  u8 *stake = data_of(context, UNSTAKE_STAKE);
  store_i64(stake + STAKE_TIME_UNSTAKE, now());
  update_xnos(stake);
  return OK;
}

static const AccountSpec UNSTAKE_ACCOUNTS[] = {
    {.name = "stake", .load = load_stake, .writable = true, .check = unstake_check_stake},
    {.name = "reward", .check = unstake_check_reward},
    {.name = "authority", .load = load_signer},
};
