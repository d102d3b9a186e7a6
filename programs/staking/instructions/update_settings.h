#pragma once
#include "staking/constraints.h"

enum { SETTINGS_IX_NEW_AUTHORITY, SETTINGS_IX_TOKEN_ACCOUNT, SETTINGS_IX_SETTINGS, SETTINGS_IX_AUTHORITY };

/* The framework names no account in this error. */
static Result settings_check_token_account(Context *context, u64 index) {
  return equal32(token_mint(data_of(context, index)), &NOS_MINT) ? OK : fail(&CONSTRAINT_TOKEN_MINT);
}

static Result settings_check_settings(Context *context, u64 index) {
  return check_settings(context, index, SETTINGS_IX_AUTHORITY);
}

static Result update_settings(Context *context) {
  write_settings(data_of(context, SETTINGS_IX_SETTINGS), key_of(context, SETTINGS_IX_NEW_AUTHORITY),
                 key_of(context, SETTINGS_IX_TOKEN_ACCOUNT));
  return OK;
}

static const AccountSpec UPDATE_SETTINGS_ACCOUNTS[] = {
    {.name = "new_authority"},
    {.name = "token_account", .load = load_token_account, .check = settings_check_token_account},
    {.name = "settings", .load = load_settings, .writable = true, .check = settings_check_settings},
    {.name = "authority", .load = load_signer},
};
