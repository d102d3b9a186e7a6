#pragma once
#include "rewards/constraints.h"

enum {
  CLAIM_USER,
  CLAIM_VAULT,
  CLAIM_REFLECTION,
  CLAIM_REWARD,
  CLAIM_STAKE,
  CLAIM_AUTHORITY,
  CLAIM_TOKEN_PROGRAM,
};

static Result claim_check_reflection(Context *context, u64 index) {
  return check_pool_vault(context, index, CLAIM_VAULT);
}

static Result claim_check_reward(Context *context, u64 index) {
  return check_reward_authority(context, index, CLAIM_AUTHORITY);
}

static Result claim_check_stake(Context *context, u64 index) {
  TRY(check_stake_authority(context, index, CLAIM_AUTHORITY));
  TRY(check_staked(context, index));
  bool kept = u128_at_least(field(data_of(context, index), STAKE_XNOS),
                            field(data_of(context, CLAIM_REWARD), REWARD_XNOS));
  return check(context, index, kept, &DECREASED);
}

/* The vault signs for itself. */
static inline Result claim_pay(const Context *context, u64 amount) {
  const AccountInfo *vault = account(context, CLAIM_VAULT);
  const Slice seeds[2] = {SEED_KEY(token_mint(vault->data)),
                          {data_of(context, CLAIM_REFLECTION) + REFLECTION_VAULT_BUMP, 1}};
  const SignerSeeds self = {seeds, 2};
  return token_transfer(vault, account(context, CLAIM_USER), vault, amount, &self);
}

/* Pays what fees have added and enters anew, with the score of today. */
static Result claim_reward(Context *context) {
  u8 *pool = data_of(context, CLAIM_REFLECTION), *reward = data_of(context, CLAIM_REWARD);
  U128 amount = pending_reward(pool, reward), nothing = u128_of(0);
  if (u128_is_zero(amount)) return OK;
  pool_leave(pool, reward, &amount);
  U128 xnos = field(data_of(context, CLAIM_STAKE), STAKE_XNOS);
  pool_enter(pool, reward, &xnos, &nothing);
  return claim_pay(context, u128_to_u64(amount));
}

static const AccountSpec CLAIM_ACCOUNTS[] = {
    {.name = "user", .load = load_token_account, .writable = true},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "reflection", .load = load_reflection, .writable = true, .check = claim_check_reflection},
    {.name = "reward", .load = load_reward, .writable = true, .check = claim_check_reward},
    {.name = "stake", .load = load_stake, .check = claim_check_stake},
    {.name = "authority", .load = load_signer, .writable = true},
    {.name = "token_program", .load = load_token_program},
};
