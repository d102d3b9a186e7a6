#pragma once
#include "staking/constraints.h"

enum { RESTAKE_VAULT, RESTAKE_STAKE, RESTAKE_AUTHORITY };

static Result restake_check_stake(Context *context, u64 index) {
  TRY(check_stake_vault(context, index, RESTAKE_VAULT));
  TRY(check_stake_authority(context, index, RESTAKE_AUTHORITY));
  return check_unstaked(context, index, &ALREADY_STAKED);
}

/* What was withdrawn meanwhile is no longer part of the stake. */
static Result restake_stake(Context *context) {
  u8 *stake = data_of(context, RESTAKE_STAKE);
  store_u64(stake + STAKE_AMOUNT, token_amount(data_of(context, RESTAKE_VAULT)));
  store_i64(stake + STAKE_TIME_UNSTAKE, 0);
  update_xnos(stake);
  return OK;
}

static const AccountSpec RESTAKE_ACCOUNTS[] = {
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "stake", .load = load_stake, .writable = true, .check = restake_check_stake},
    {.name = "authority", .load = load_signer},
};
