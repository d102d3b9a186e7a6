#pragma once
#include "sdk/admin.h"
#include "staking/constraints.h"

enum { INIT_SETTINGS, INIT_AUTHORITY, INIT_SYSTEM_PROGRAM, INIT_RENT };

static Result init_init_settings(Context *context, u64 index) {
  u8 bump;
  const Slice seeds[2] = {SEED("settings"), {&bump, 1}};
  const DerivedState state = {INIT_AUTHORITY, SETTINGS_SIZE, SETTINGS_DISCRIMINATOR, {seeds, 2}, &bump};
  return init_derived_state(context, index, &state);
}

/* Anybody may, and it does not matter who does. */
static Result init_settings(Context *context) {
  write_settings(data_of(context, INIT_SETTINGS), network_admin(), &SLASH_TOKEN_ACCOUNT);
  return OK;
}

static const AccountSpec INIT_ACCOUNTS[] = {
    {.name = "settings", .init = init_init_settings, .writable = true},
    {.name = "authority", .load = load_signer, .writable = true},
    {.name = "system_program", .load = load_system_program},
    {.name = "rent", .load = load_rent},
};
