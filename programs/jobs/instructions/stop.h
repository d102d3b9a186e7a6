#pragma once
#include "jobs/constraints.h"
#include "jobs/queue.h"

enum { STOP_MARKET, STOP_NODE, STOP_AUTHORITY };

static Result stop_check_market(Context *context, u64 index) {
  TRY(check_queue_type(context, index, QUEUE_NODES));
  const Pubkey *authority = key_of(context, STOP_AUTHORITY);
  bool may = equal32(data_of(context, index) + MARKET_AUTHORITY, authority) ||
             equal32(key_of(context, STOP_NODE), authority);
  return check(context, index, may, &UNAUTHORIZED);
}

static Result stop_node(Context *context) {
  return queue_remove(data_of(context, STOP_MARKET), key_of(context, STOP_NODE));
}

static const AccountSpec STOP_ACCOUNTS[] = {
    {.name = "market", .load = load_market, .writable = true, .check = stop_check_market},
    {.name = "node"},
    {.name = "authority", .load = load_signer},
};
