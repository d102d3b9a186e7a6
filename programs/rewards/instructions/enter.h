#pragma once
#include "rewards/constraints.h"

enum { ENTER_REFLECTION, ENTER_STAKE, ENTER_REWARD, ENTER_AUTHORITY, ENTER_SYSTEM_PROGRAM };

static Result enter_init_reward(Context *context, u64 index) {
  u8 bump;
  const Slice seeds[3] = {SEED("reward"), SEED_KEY(key_of(context, ENTER_AUTHORITY)), {&bump, 1}};
  const DerivedState state = {ENTER_AUTHORITY, REWARD_SIZE, REWARD_DISCRIMINATOR, {seeds, 3}, &bump};
  TRY(init_derived_state(context, index, &state));
  data_of(context, index)[REWARD_BUMP] = bump;
  return OK;
}

static Result enter_check_stake(Context *context, u64 index) {
  TRY(check_stake_authority(context, index, ENTER_AUTHORITY));
  return check_staked(context, index);
}

static Result enter_pool(Context *context) {
  u8 *reward = data_of(context, ENTER_REWARD);
  copy32(reward + REWARD_AUTHORITY, key_of(context, ENTER_AUTHORITY));
  U128 xnos = field(data_of(context, ENTER_STAKE), STAKE_XNOS), nothing = u128_of(0);
  pool_enter(data_of(context, ENTER_REFLECTION), reward, &xnos, &nothing);
  return OK;
}

static const AccountSpec ENTER_ACCOUNTS[] = {
    {.name = "reflection", .load = load_reflection, .writable = true},
    {.name = "stake", .load = load_stake, .check = enter_check_stake},
    {.name = "reward", .init = enter_init_reward, .writable = true},
    {.name = "authority", .load = load_signer, .writable = true},
    {.name = "system_program", .load = load_system_program},
};
