/* The rewards program's accounts, which other programs carry and check. */
#pragma once
#include "sdk/load.h"
#include "sdk/pda.h"

enum {
  REFLECTION_RATE = 8,
  REFLECTION_TOTAL_REFLECTION = 24,
  REFLECTION_TOTAL_XNOS = 40,
  REFLECTION_VAULT = 56,
  REFLECTION_VAULT_BUMP = 88,
  REFLECTION_END = 89,
  REFLECTION_SIZE = 96,
};
static const u8 REFLECTION_DISCRIMINATOR[8] = {205, 153, 160, 54, 239, 26, 219, 188};

SHARED Result load_reflection(Context *context, u64 index) {
  return load_state(context, index, &REWARDS_PROGRAM, REFLECTION_DISCRIMINATOR, REFLECTION_END);
}

SHARED Result load_rewards_program(Context *context, u64 index) {
  return load_program(context, index, &REWARDS_PROGRAM);
}

/* The account at `index` must be where the reward account of `owner` is, or would be. */
static inline Result check_reward_address(const Context *context, u64 index, u64 owner) {
  const Slice seeds[2] = {SEED("reward"), SEED_KEY(key_of(context, owner))};
  const SignerSeeds reward = {seeds, 2};
  return check_address(context, index, &reward, &REWARDS_PROGRAM, &INVALID_ACCOUNT);
}
