#pragma once
#include "staking/constraints.h"

enum { EXTEND_STAKE, EXTEND_AUTHORITY };
enum { EXTEND_ARG_DURATION = 0, EXTEND_ARGS_LEN = 8 };

static Result extend_check_stake(Context *context, u64 index) {
  TRY(check_stake_authority(context, index, EXTEND_AUTHORITY));
  return check_staked(context, index);
}

static Result extend_stake(Context *context) {
  u8 *stake = data_of(context, EXTEND_STAKE);
  u64 more = load_u64(context->args + EXTEND_ARG_DURATION);
  REQUIRE_COMPARED(more, >, 0, DURATION_TOO_SHORT);
  u64 duration = checked_add(stake_duration(stake), more);
  REQUIRE_COMPARED(DURATION_MAX, >=, duration, DURATION_TOO_LONG);
  store_u64(stake + STAKE_DURATION, duration);
  update_xnos(stake);
  return OK;
}

static const AccountSpec EXTEND_ACCOUNTS[] = {
    {.name = "stake", .load = load_stake, .writable = true, .check = extend_check_stake},
    {.name = "authority", .load = load_signer},
};
