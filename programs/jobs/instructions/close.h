/* close and close_admin: the market with its vault goes, and jobs still in the queue are left without one. */
#pragma once
#include "jobs/constraints.h"

enum { CLOSE_MARKET, CLOSE_VAULT, CLOSE_USER, CLOSE_AUTHORITY, CLOSE_TOKEN_PROGRAM };

static Result close_check_market(Context *context, u64 index) {
  TRY(check_has_one(context, index, MARKET_AUTHORITY, CLOSE_AUTHORITY, &UNAUTHORIZED));
  return check_market_vault(context, index, CLOSE_VAULT);
}

static Result close_admin_check_market(Context *context, u64 index) {
  return check_market_vault(context, index, CLOSE_VAULT);
}

static Result close_admin_check_authority(Context *context, u64 index) {
  return check_network_admin(context, index);
}

static Result close_market(Context *context) {
  static const VaultClosing closing = {CLOSE_MARKET, CLOSE_VAULT, CLOSE_USER, CLOSE_AUTHORITY};
  return close_vault(context, &closing);
}

static const AccountSpec CLOSE_ACCOUNTS[] = {
    {.name = "market",
     .load = load_market,
     .writable = true,
     .check = close_check_market,
     .close_to = CLOSE_TO(CLOSE_AUTHORITY)},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "user", .load = load_token_account, .writable = true},
    {.name = "authority", .load = load_signer},
    {.name = "token_program", .load = load_token_program},
};

static const AccountSpec CLOSE_ADMIN_ACCOUNTS[] = {
    {.name = "market",
     .load = load_market,
     .writable = true,
     .check = close_admin_check_market,
     .close_to = CLOSE_TO(CLOSE_AUTHORITY)},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "user", .load = load_token_account, .writable = true},
    {.name = "authority", .load = load_signer, .check = close_admin_check_authority},
    {.name = "token_program", .load = load_token_program},
};
