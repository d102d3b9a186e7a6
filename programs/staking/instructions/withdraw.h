#pragma once
#include "staking/constraints.h"

enum { WITHDRAW_USER, WITHDRAW_VAULT, WITHDRAW_STAKE, WITHDRAW_AUTHORITY, WITHDRAW_TOKEN_PROGRAM };

static Result withdraw_check_vault(Context *context, u64 index) {
  return check(context, index, token_amount(data_of(context, index)) != 0, &VAULT_EMPTY);
}

static Result withdraw_check_stake(Context *context, u64 index) {
  TRY(check_stake_vault(context, index, WITHDRAW_VAULT));
  TRY(check_stake_authority(context, index, WITHDRAW_AUTHORITY));
  return check_unstaked(context, index, &NOT_UNSTAKED);
}

static Result withdraw_stake(Context *context) {
  const u8 *stake = data_of(context, WITHDRAW_STAKE);
  u64 elapsed = checked_unsigned(checked_sub_signed(now(), stake_time_unstake(stake)));
  u64 amount = withdrawable(stake, token_amount(data_of(context, WITHDRAW_VAULT)), elapsed);
  if (amount == 0) return OK;
  return pay_from_vault(context, WITHDRAW_STAKE, WITHDRAW_VAULT, WITHDRAW_USER, amount);
}

static const AccountSpec WITHDRAW_ACCOUNTS[] = {
    {.name = "user", .load = load_token_account, .writable = true},
    {.name = "vault", .load = load_token_account, .writable = true, .check = withdraw_check_vault},
    {.name = "stake", .load = load_stake, .writable = true, .check = withdraw_check_stake},
    {.name = "authority", .load = load_signer, .writable = true},
    {.name = "token_program", .load = load_token_program},
};
