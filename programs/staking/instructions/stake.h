#pragma once
#include "staking/constraints.h"

enum {
  NEW_MINT,
  NEW_USER,
  NEW_VAULT,
  NEW_STAKE,
  NEW_AUTHORITY,
  NEW_SYSTEM_PROGRAM,
  NEW_TOKEN_PROGRAM,
  NEW_RENT,
};
enum { NEW_ARG_AMOUNT = 0, NEW_ARG_DURATION = 8, NEW_ARGS_LEN = 24 };

static Result new_init_vault(Context *context, u64 index) {
  u8 bump;
  const Slice seeds[4] = {SEED("vault"),
                          SEED_KEY(key_of(context, NEW_MINT)),
                          SEED_KEY(key_of(context, NEW_AUTHORITY)),
                          {&bump, 1}};
  return init_vault(context, index, &(DerivedVault){NEW_AUTHORITY, NEW_MINT, {seeds, 4}, &bump});
}

static Result new_init_stake(Context *context, u64 index) {
  u8 bump;
  const Slice seeds[4] = {SEED("stake"),
                          SEED_KEY(key_of(context, NEW_MINT)),
                          SEED_KEY(key_of(context, NEW_AUTHORITY)),
                          {&bump, 1}};
  const DerivedState state = {NEW_AUTHORITY, STAKE_SIZE, STAKE_DISCRIMINATOR, {seeds, 4}, &bump};
  return init_derived_state(context, index, &state);
}

static Result new_check_mint(Context *context, u64 index) {
  return check_key(context, index, &NOS_MINT, &INVALID_MINT);
}

/* Found a second time: the vault came into being before the account that keeps its bump. */
static inline u8 new_vault_bump(const Context *context) {
  Pubkey vault;
  u8 bump;
  const Slice seeds[3] = {SEED("vault"), SEED_KEY(key_of(context, NEW_MINT)),
                          SEED_KEY(key_of(context, NEW_AUTHORITY))};
  find_program_address(seeds, 3, context->program_id, &vault, &bump);
  return bump;
}

static Result new_stake(Context *context) {
  U128 duration = load_u128(context->args + NEW_ARG_DURATION);
  REQUIRE(u128_at_least(duration, u128_of(DURATION_MIN)), DURATION_TOO_SHORT);
  REQUIRE(u128_at_least(u128_of(DURATION_MAX), duration), DURATION_TOO_LONG);
  u64 amount = load_u64(context->args + NEW_ARG_AMOUNT);
  u8 *stake = data_of(context, NEW_STAKE);
  store_u64(stake + STAKE_AMOUNT, amount);
  copy32(stake + STAKE_AUTHORITY, key_of(context, NEW_AUTHORITY));
  store_u64(stake + STAKE_DURATION, u128_to_u64(duration));
  copy32(stake + STAKE_VAULT, key_of(context, NEW_VAULT));
  stake[STAKE_VAULT_BUMP] = new_vault_bump(context);
  update_xnos(stake);
  return token_transfer(account(context, NEW_USER), account(context, NEW_VAULT),
                        account(context, NEW_AUTHORITY), amount, NULL);
}

static const AccountSpec NEW_ACCOUNTS[] = {
    {.name = "mint", .load = load_mint, .check = new_check_mint},
    {.name = "user", .load = load_token_account, .writable = true},
    {.name = "vault", .init = new_init_vault, .writable = true},
    {.name = "stake", .init = new_init_stake, .writable = true},
    {.name = "authority", .load = load_signer, .writable = true},
    {.name = "system_program", .load = load_system_program},
    {.name = "token_program", .load = load_token_program},
    {.name = "rent", .load = load_rent},
};
