#pragma once
#include "jobs/constraints.h"

enum { UPDATE_MARKET, UPDATE_ACCESS_KEY, UPDATE_AUTHORITY };
enum {
  UPDATE_ARG_EXPIRATION = 0,
  UPDATE_ARG_PRICE = 8,
  UPDATE_ARG_TYPE = 16,
  UPDATE_ARG_XNOS_MINIMUM = 17,
  UPDATE_ARG_TIMEOUT = 33,
  UPDATE_ARGS_LEN = 41,
};

static Result update_check_market(Context *context, u64 index) {
  return check_has_one(context, index, MARKET_AUTHORITY, UPDATE_AUTHORITY, &UNAUTHORIZED);
}

/* Running and queued jobs keep the price and timeout that they were listed with. */
static Result update_market(Context *context) {
  u8 *market = data_of(context, UPDATE_MARKET);
  const u8 *args = context->args;
  store_u64(market + MARKET_JOB_EXPIRATION, load_u64(args + UPDATE_ARG_EXPIRATION));
  store_u64(market + MARKET_JOB_PRICE, load_u64(args + UPDATE_ARG_PRICE));
  store_u64(market + MARKET_JOB_TIMEOUT, load_u64(args + UPDATE_ARG_TIMEOUT));
  market[MARKET_JOB_TYPE] = args[UPDATE_ARG_TYPE];
  copy32(market + MARKET_NODE_ACCESS_KEY, key_of(context, UPDATE_ACCESS_KEY));
  store_u64(market + MARKET_NODE_XNOS_MINIMUM, load_u64(args + UPDATE_ARG_XNOS_MINIMUM));
  store_u64(market + MARKET_NODE_XNOS_MINIMUM + 8, load_u64(args + UPDATE_ARG_XNOS_MINIMUM + 8));
  return OK;
}

static const AccountSpec UPDATE_ACCOUNTS[] = {
    {.name = "market", .load = load_market, .writable = true, .check = update_check_market},
    {.name = "access_key"},
    {.name = "authority", .load = load_signer},
};
