#pragma once
#include "jobs/constraints.h"
#include "sdk/rewards.h"

enum {
  EXTEND_JOB,
  EXTEND_MARKET,
  EXTEND_USER,
  EXTEND_VAULT,
  EXTEND_REWARDS_REFLECTION,
  EXTEND_REWARDS_VAULT,
  EXTEND_AUTHORITY,
  EXTEND_PAYER,
  EXTEND_REWARDS_PROGRAM,
  EXTEND_TOKEN_PROGRAM,
};
enum { EXTEND_ARG_TIMEOUT = 0, EXTEND_ARGS_LEN = 8 };

static Result extend_check_job(Context *context, u64 index) {
  TRY(check_job_market(context, index, EXTEND_MARKET));
  TRY(check_job_project(context, index, EXTEND_AUTHORITY));
  const u8 *job = data_of(context, index);
  bool is_payer = job_price(job) == 0 || equal32(job + JOB_PAYER, key_of(context, EXTEND_PAYER));
  TRY(check(context, index, is_payer, &UNAUTHORIZED));
  return check_job_state(context, index, JOB_QUEUED);
}

static Result extend_check_market(Context *context, u64 index) {
  return check_market_vault(context, index, EXTEND_VAULT);
}

static Result extend_check_user(Context *context, u64 index) {
  return check_job_account(context, index, key_of(context, EXTEND_PAYER), EXTEND_JOB);
}

static Result extend_job(Context *context) {
  u8 *job = data_of(context, EXTEND_JOB);
  i64 current = load_i64(job + JOB_TIMEOUT), timeout = load_i64(context->args + EXTEND_ARG_TIMEOUT);
  REQUIRE(timeout > current, JOB_TIMEOUT_NOT_GREATER);
  i64 added = checked_sub_signed(timeout, current);
  store_i64(job + JOB_TIMEOUT, timeout);
  if (job_price(job) == 0) return OK;
  return pay_into_vault(context, EXTEND_USER, EXTEND_VAULT, EXTEND_PAYER, price_of(job_price(job), added));
}

static const AccountSpec EXTEND_ACCOUNTS[] = {
    {.name = "job", .load = load_job, .writable = true, .check = extend_check_job},
    {.name = "market", .load = load_market, .check = extend_check_market},
    {.name = "user", .load = load_token_account, .writable = true, .check = extend_check_user},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "rewards_reflection", .load = load_reflection, .writable = true},
    {.name = "rewards_vault", .load = load_token_account, .writable = true},
    {.name = "authority", .load = load_signer},
    {.name = "payer", .load = load_signer},
    {.name = "rewards_program", .load = load_rewards_program},
    {.name = "token_program", .load = load_token_program},
};
