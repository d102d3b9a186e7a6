#pragma once
#include "nodes/state.h"

enum { UPDATE_NODE, UPDATE_AUTHORITY };

static Result update_check_node(Context *context, u64 index) {
  return check_has_one(context, index, NODE_AUTHORITY, UPDATE_AUTHORITY, &UNAUTHORIZED);
}

/* An audited node stays audited. */
static Result update_node(Context *context) { return write_values(context, UPDATE_NODE); }

static const AccountSpec UPDATE_ACCOUNTS[] = {
    {.name = "node", .load = load_node, .writable = true, .check = update_check_node},
    {.name = "authority", .load = load_signer},
};
