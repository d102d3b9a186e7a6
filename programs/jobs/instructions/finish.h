#pragma once
#include "jobs/constraints.h"

enum {
  FINISH_JOB,
  FINISH_RUN,
  FINISH_MARKET,
  FINISH_VAULT,
  FINISH_DEPOSIT,
  FINISH_USER,
  FINISH_PAYER_RUN,
  FINISH_PAYER_JOB,
  FINISH_AUTHORITY,
  FINISH_TOKEN_PROGRAM,
};
enum { FINISH_ARG_IPFS_RESULT = 0, FINISH_ARGS_LEN = 32 };

static Result finish_check_job(Context *context, u64 index) {
  TRY(check_job_market(context, index, FINISH_MARKET));
  return check_job_payer(context, index, FINISH_PAYER_JOB);
}

static Result finish_check_run(Context *context, u64 index) {
  TRY(check_run_payer(context, index, FINISH_PAYER_RUN));
  TRY(check_run_job(context, index, FINISH_JOB));
  return check_run_node(context, index, FINISH_AUTHORITY);
}

static Result finish_check_market(Context *context, u64 index) {
  return check_market_vault(context, index, FINISH_VAULT);
}

static Result finish_check_deposit(Context *context, u64 index) {
  return check_job_account(context, index, key_of(context, FINISH_PAYER_JOB), FINISH_JOB);
}

/* The node may be paid into any NOS account. */
static Result finish_check_user(Context *context, u64 index) {
  bool takes_nos =
      job_price(data_of(context, FINISH_JOB)) == 0 || equal32(token_mint(data_of(context, index)), &NOS_MINT);
  return check(context, index, takes_nos, &INVALID_ATA);
}

static Result finish_job(Context *context) {
  static const Settlement settlement = {FINISH_JOB, FINISH_MARKET, FINISH_VAULT, FINISH_USER, FINISH_DEPOSIT};
  const u8 *result = context->args + FINISH_ARG_IPFS_RESULT;
  REQUIRE(!is_zero32(result), JOB_RESULT_NULL);
  u8 *job = data_of(context, FINISH_JOB);
  copy32(job + JOB_IPFS_RESULT, result);
  write_job_done(job, data_of(context, FINISH_RUN));
  return settle(context, &settlement);
}

static const AccountSpec FINISH_ACCOUNTS[] = {
    {.name = "job", .load = load_job, .writable = true, .check = finish_check_job},
    {.name = "run",
     .load = load_run,
     .writable = true,
     .check = finish_check_run,
     .close_to = CLOSE_TO(FINISH_PAYER_RUN)},
    {.name = "market", .load = load_market, .check = finish_check_market},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "deposit", .load = load_token_account, .writable = true, .check = finish_check_deposit},
    {.name = "user", .load = load_token_account, .writable = true, .check = finish_check_user},
    {.name = "payer_run", .writable = true},
    {.name = "payer_job", .writable = true},
    {.name = "authority", .load = load_signer},
    {.name = "token_program", .load = load_token_program},
};
