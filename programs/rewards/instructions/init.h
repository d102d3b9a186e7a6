#pragma once
#include "rewards/constraints.h"

enum {
  INIT_MINT,
  INIT_REFLECTION,
  INIT_VAULT,
  INIT_AUTHORITY,
  INIT_SYSTEM_PROGRAM,
  INIT_TOKEN_PROGRAM,
  INIT_RENT,
};

static Result init_init_reflection(Context *context, u64 index) {
  u8 bump;
  const Slice seeds[2] = {SEED("reflection"), {&bump, 1}};
  const DerivedState state = {INIT_AUTHORITY, REFLECTION_SIZE, REFLECTION_DISCRIMINATOR, {seeds, 2}, &bump};
  return init_derived_state(context, index, &state);
}

static Result init_init_vault(Context *context, u64 index) {
  u8 *bump = data_of(context, INIT_REFLECTION) + REFLECTION_VAULT_BUMP;
  const Slice seeds[2] = {SEED_KEY(key_of(context, INIT_MINT)), {bump, 1}};
  return init_vault(context, index, &(DerivedVault){INIT_AUTHORITY, INIT_MINT, {seeds, 2}, bump});
}

static Result init_check_mint(Context *context, u64 index) {
  return check_key(context, index, &NOS_MINT, &INVALID_MINT);
}

static Result init_pool(Context *context) {
  u8 *pool = data_of(context, INIT_REFLECTION);
  store_u128(pool + REFLECTION_RATE, initial_rate());
  copy32(pool + REFLECTION_VAULT, key_of(context, INIT_VAULT));
  return OK;
}

static const AccountSpec INIT_ACCOUNTS[] = {
    {.name = "mint", .load = load_mint, .check = init_check_mint},
    {.name = "reflection", .init = init_init_reflection, .writable = true},
    {.name = "vault", .init = init_init_vault, .writable = true},
    {.name = "authority", .load = load_signer, .writable = true},
    {.name = "system_program", .load = load_system_program},
    {.name = "token_program", .load = load_token_program},
    {.name = "rent", .load = load_rent},
};
