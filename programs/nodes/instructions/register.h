#pragma once
#include "nodes/state.h"

enum { REGISTER_NODE, REGISTER_PAYER, REGISTER_AUTHORITY, REGISTER_SYSTEM_PROGRAM };

static Result register_init_node(Context *context, u64 index) {
  u8 bump;
  const Slice seeds[3] = {SEED("node"), SEED_KEY(key_of(context, REGISTER_AUTHORITY)), {&bump, 1}};
  const DerivedState state = {REGISTER_PAYER, NODE_SIZE, NODE_DISCRIMINATOR, {seeds, 3}, &bump};
  return init_derived_state(context, index, &state);
}

static Result register_node(Context *context) {
  copy32(data_of(context, REGISTER_NODE) + NODE_AUTHORITY, key_of(context, REGISTER_AUTHORITY));
  return write_values(context, REGISTER_NODE);
}

static const AccountSpec REGISTER_ACCOUNTS[] = {
    {.name = "node", .init = register_init_node, .writable = true},
    {.name = "payer", .load = load_signer, .writable = true},
    {.name = "authority", .load = load_signer},
    {.name = "system_program", .load = load_system_program},
};
