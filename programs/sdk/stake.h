/* The staking program's account and errors, which other programs use too. */
#pragma once
#include "sdk/load.h"
#include "sdk/pda.h"

enum {
  STAKE_AMOUNT = 8,
  STAKE_AUTHORITY = 16,
  STAKE_DURATION = 48,
  STAKE_TIME_UNSTAKE = 56, /* 0 while staked */
  STAKE_VAULT = 64,
  STAKE_VAULT_BUMP = 96,
  STAKE_XNOS = 97,
  STAKE_END = 113,
  STAKE_SIZE = 120,
};
static const u8 STAKE_DISCRIMINATOR[8] = {80, 158, 67, 124, 50, 189, 192, 255};

DEFINE_ERROR(AMOUNT_NOT_ENOUGH, 6000, "AmountNotEnough", "This amount is not enough.");
DEFINE_ERROR(ALREADY_STAKED, 6003, "AlreadyStaked", "This stake is already staked.");
DEFINE_ERROR(ALREADY_UNSTAKED, 6004, "AlreadyUnstaked", "This stake is already unstaked.");
DEFINE_ERROR(NOT_UNSTAKED, 6005, "NotUnstaked", "This stake is not yet unstaked.");
DEFINE_ERROR(LOCKED, 6006, "Locked", "This stake is still locked.");
DEFINE_ERROR(DURATION_TOO_SHORT, 6007, "DurationTooShort", "This stake duration is not long enough.");
DEFINE_ERROR(DURATION_TOO_LONG, 6008, "DurationTooLong", "This stake duration is too long.");
DEFINE_ERROR(DECREASED, 6010, "Decreased", "This stake is not allowed to decrease.");
DEFINE_ERROR(HAS_REWARD, 6011, "HasReward", "This stake still has a reward account.");
DEFINE_ERROR(INVALID_STAKE_ACCOUNT, 6012, "InvalidStakeAccount",
             "This stake does not belong to the authority.");

SHARED Result load_stake(Context *context, u64 index) {
  return load_state(context, index, &STAKING_PROGRAM, STAKE_DISCRIMINATOR, STAKE_END);
}

static inline Result check_stake_authority(const Context *context, u64 stake, u64 authority) {
  return check_has_one(context, stake, STAKE_AUTHORITY, authority, &UNAUTHORIZED);
}

static inline Result check_staked(const Context *context, u64 stake) {
  bool staked = load_i64(data_of(context, stake) + STAKE_TIME_UNSTAKE) == 0;
  return check(context, stake, staked, &ALREADY_UNSTAKED);
}

static inline void find_stake_address(const Pubkey *owner, Pubkey *out) {
  u8 bump;
  const Slice seeds[3] = {SEED("stake"), SEED_KEY(&NOS_MINT), SEED_KEY(owner)};
  find_program_address(seeds, 3, &STAKING_PROGRAM, out, &bump);
}
