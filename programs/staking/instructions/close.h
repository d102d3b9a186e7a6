#pragma once
#include "staking/constraints.h"

enum { CLOSE_USER, CLOSE_STAKE, CLOSE_VAULT, CLOSE_AUTHORITY, CLOSE_TOKEN_PROGRAM };

static Result close_check_stake(Context *context, u64 index) {
  TRY(check_stake_vault(context, index, CLOSE_VAULT));
  TRY(check_stake_authority(context, index, CLOSE_AUTHORITY));
  TRY(check_unstaked(context, index, &NOT_UNSTAKED));
  const u8 *stake = data_of(context, index);
  i64 unlocked = checked_add_signed(stake_time_unstake(stake), checked_signed(stake_duration(stake)));
  return check(context, index, unlocked < now(), &LOCKED);
}

static Result close_check_vault(Context *context, u64 index) {
  return check(context, index, token_amount(data_of(context, index)) == 0, &VAULT_NOT_EMPTY);
}

static Result close_stake(Context *context) {
  const AccountInfo *vault = account(context, CLOSE_VAULT);
  VaultSigner self;
  vault_signer(&self, context, CLOSE_STAKE, CLOSE_VAULT);
  return token_close(vault, account(context, CLOSE_AUTHORITY), vault, &self.signer);
}

static const AccountSpec CLOSE_ACCOUNTS[] = {
    {.name = "user", .load = load_token_account, .writable = true},
    {.name = "stake",
     .load = load_stake,
     .writable = true,
     .check = close_check_stake,
     .close_to = CLOSE_TO(CLOSE_AUTHORITY)},
    {.name = "vault", .load = load_token_account, .writable = true, .check = close_check_vault},
    {.name = "authority", .load = load_signer, .writable = true},
    {.name = "token_program", .load = load_token_program},
};
