/* The staking program's account, which other programs read. */
#pragma once
#include "sdk/load.h"
#include "sdk/pda.h"

enum { STAKE_AUTHORITY = 16, STAKE_XNOS = 97, STAKE_END = 113 };
static const u8 STAKE_DISCRIMINATOR[8] = {80, 158, 67, 124, 50, 189, 192, 255};

DEFINE_ERROR(INVALID_STAKE_ACCOUNT, 6012, "InvalidStakeAccount",
             "This stake does not belong to the authority.");

SHARED Result load_stake(Context *context, u64 index) {
  return load_state(context, index, &STAKING_PROGRAM, STAKE_DISCRIMINATOR, STAKE_END);
}

static inline void find_stake_address(const Pubkey *owner, Pubkey *out) {
  u8 bump;
  const Slice seeds[3] = {SEED("stake"), SEED_KEY(&NOS_MINT), SEED_KEY(owner)};
  find_program_address(seeds, 3, &STAKING_PROGRAM, out, &bump);
}
