#pragma once
#include "rewards/constraints.h"

enum { FEE_USER, FEE_REFLECTION, FEE_VAULT, FEE_AUTHORITY, FEE_TOKEN_PROGRAM };
enum { FEE_ARG_AMOUNT = 0, FEE_ARGS_LEN = 8 };

static Result fee_check_reflection(Context *context, u64 index) {
  return check_pool_vault(context, index, FEE_VAULT);
}

static Result add_fee(Context *context) {
  u64 amount = load_u64(context->args + FEE_ARG_AMOUNT);
  pool_add_fee(data_of(context, FEE_REFLECTION), amount);
  return token_transfer(account(context, FEE_USER), account(context, FEE_VAULT),
                        account(context, FEE_AUTHORITY), amount, NULL);
}

static const AccountSpec FEE_ACCOUNTS[] = {
    {.name = "user", .load = load_token_account, .writable = true},
    {.name = "reflection", .load = load_reflection, .writable = true, .check = fee_check_reflection},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "authority", .load = load_signer},
    {.name = "token_program", .load = load_token_program},
};
