#pragma once
#include "staking/constraints.h"

enum { TOPUP_USER, TOPUP_VAULT, TOPUP_STAKE, TOPUP_AUTHORITY, TOPUP_TOKEN_PROGRAM };
enum { TOPUP_ARG_AMOUNT = 0, TOPUP_ARGS_LEN = 8 };

static Result topup_check_stake(Context *context, u64 index) {
  TRY(check_stake_vault(context, index, TOPUP_VAULT));
  TRY(check_stake_authority(context, index, TOPUP_AUTHORITY));
  return check_staked(context, index);
}

static Result topup_stake(Context *context) {
  u64 amount = load_u64(context->args + TOPUP_ARG_AMOUNT);
  REQUIRE(amount > 0, AMOUNT_NOT_ENOUGH);
  u8 *stake = data_of(context, TOPUP_STAKE);
  store_u64(stake + STAKE_AMOUNT, checked_add(stake_amount(stake), amount));
  update_xnos(stake);
  return token_transfer(account(context, TOPUP_USER), account(context, TOPUP_VAULT),
                        account(context, TOPUP_AUTHORITY), amount, NULL);
}

static const AccountSpec TOPUP_ACCOUNTS[] = {
    {.name = "user", .load = load_token_account, .writable = true},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "stake", .load = load_stake, .writable = true, .check = topup_check_stake},
    {.name = "authority", .load = load_signer},
    {.name = "token_program", .load = load_token_program},
};
