#pragma once
#include "staking/constraints.h"

enum {
  SLASH_VAULT,
  SLASH_STAKE,
  SLASH_TO,
  SLASH_SETTINGS,
  SLASH_AUTHORITY,
  SLASH_TOKEN_PROGRAM,
};
enum { SLASH_ARG_AMOUNT = 0, SLASH_ARGS_LEN = 8 };

static Result slash_check_stake(Context *context, u64 index) {
  return check_stake_vault(context, index, SLASH_VAULT);
}

static Result slash_check_to(Context *context, u64 index) {
  const Pubkey *token_account = (const Pubkey *)(data_of(context, SLASH_SETTINGS) + SETTINGS_TOKEN_ACCOUNT);
  return check_key(context, index, token_account, &INVALID_TOKEN_ACCOUNT);
}

static Result slash_check_settings(Context *context, u64 index) {
  return check_settings(context, index, SLASH_AUTHORITY);
}

static Result slash_stake(Context *context) {
  u8 *stake = data_of(context, SLASH_STAKE);
  u64 amount = load_u64(context->args + SLASH_ARG_AMOUNT);
  REQUIRE(amount <= stake_amount(stake), AMOUNT_NOT_ENOUGH);
  store_u64(stake + STAKE_AMOUNT, stake_amount(stake) - amount);
  update_xnos(stake);
  return pay_from_vault(context, SLASH_STAKE, SLASH_VAULT, SLASH_TO, amount);
}

static const AccountSpec SLASH_ACCOUNTS[] = {
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "stake", .load = load_stake, .writable = true, .check = slash_check_stake},
    {.name = "token_account", .load = load_token_account, .writable = true, .check = slash_check_to},
    {.name = "settings", .load = load_settings, .check = slash_check_settings},
    {.name = "authority", .load = load_signer},
    {.name = "token_program", .load = load_token_program},
};
