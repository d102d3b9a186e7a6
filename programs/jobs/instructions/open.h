#pragma once
#include "jobs/constraints.h"
#include "sdk/vault.h"

enum {
  OPEN_MINT,
  OPEN_MARKET,
  OPEN_VAULT,
  OPEN_AUTHORITY,
  OPEN_ACCESS_KEY,
  OPEN_RENT,
  OPEN_SYSTEM_PROGRAM,
  OPEN_TOKEN_PROGRAM
};
enum {
  OPEN_ARG_EXPIRATION = 0,
  OPEN_ARG_PRICE = 8,
  OPEN_ARG_TIMEOUT = 16,
  OPEN_ARG_TYPE = 24,
  OPEN_ARG_XNOS_MINIMUM = 25,
  OPEN_ARGS_LEN = 41,
};

static Result open_init_market(Context *context, u64 index) {
  return init_state(context, index, OPEN_AUTHORITY, MARKET_SIZE, MARKET_DISCRIMINATOR);
}

static Result open_init_vault(Context *context, u64 index) {
  u8 *bump = data_of(context, OPEN_MARKET) + MARKET_VAULT_BUMP;
  const Slice seeds[3] = {
      SEED_KEY(key_of(context, OPEN_MARKET)), SEED_KEY(key_of(context, OPEN_MINT)), {bump, 1}};
  return init_vault(context, index, &(DerivedVault){OPEN_AUTHORITY, OPEN_MINT, {seeds, 3}, bump});
}

static Result open_check_mint(Context *context, u64 index) {
  return check_key(context, index, &NOS_MINT, &INVALID_MINT);
}

static Result open_market(Context *context) {
  u8 *market = data_of(context, OPEN_MARKET);
  const u8 *args = context->args;
  u8 type = args[OPEN_ARG_TYPE];
  copy32(market + MARKET_AUTHORITY, key_of(context, OPEN_AUTHORITY));
  store_u64(market + MARKET_JOB_EXPIRATION, load_u64(args + OPEN_ARG_EXPIRATION));
  store_u64(market + MARKET_JOB_PRICE, load_u64(args + OPEN_ARG_PRICE));
  store_u64(market + MARKET_JOB_TIMEOUT, load_u64(args + OPEN_ARG_TIMEOUT));
  market[MARKET_JOB_TYPE] = type <= JOB_TYPE_LAST_KNOWN ? type : JOB_TYPE_UNKNOWN;
  copy32(market + MARKET_VAULT, key_of(context, OPEN_VAULT));
  copy32(market + MARKET_NODE_ACCESS_KEY, key_of(context, OPEN_ACCESS_KEY));
  store_u64(market + MARKET_NODE_XNOS_MINIMUM, load_u64(args + OPEN_ARG_XNOS_MINIMUM));
  store_u64(market + MARKET_NODE_XNOS_MINIMUM + 8, load_u64(args + OPEN_ARG_XNOS_MINIMUM + 8));
  market[MARKET_QUEUE_TYPE] = QUEUE_EMPTY;
  return OK;
}

static const AccountSpec OPEN_ACCOUNTS[] = {
    {.name = "mint", .load = load_mint, .check = open_check_mint},
    {.name = "market", .init = open_init_market, .writable = true},
    {.name = "vault", .init = open_init_vault, .writable = true},
    {.name = "authority", .load = load_signer, .writable = true},
    {.name = "access_key"},
    {.name = "rent", .load = load_rent},
    {.name = "system_program", .load = load_system_program},
    {.name = "token_program", .load = load_token_program},
};
