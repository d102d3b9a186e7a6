#pragma once
#include "jobs/constraints.h"

enum {
  RECOVER_JOB,
  RECOVER_MARKET,
  RECOVER_VAULT,
  RECOVER_USER,
  RECOVER_PAYER,
  RECOVER_AUTHORITY,
  RECOVER_TOKEN_PROGRAM
};

static Result recover_check_job(Context *context, u64 index) {
  TRY(check_job_payer(context, index, RECOVER_PAYER));
  TRY(check_job_market(context, index, RECOVER_MARKET));
  TRY(check_job_project(context, index, RECOVER_AUTHORITY));
  return check_job_state(context, index, JOB_STOPPED);
}

static Result recover_check_market(Context *context, u64 index) {
  return check_market_vault(context, index, RECOVER_VAULT);
}

static Result recover_job(Context *context) {
  const u8 *job = data_of(context, RECOVER_JOB);
  if (job_price(job) == 0) return OK;
  return pay_from_vault(context, RECOVER_MARKET, RECOVER_VAULT, RECOVER_USER, job_deposit(job));
}

static const AccountSpec RECOVER_ACCOUNTS[] = {
    {.name = "job",
     .load = load_job,
     .writable = true,
     .check = recover_check_job,
     .close_to = CLOSE_TO(RECOVER_PAYER)},
    {.name = "market", .load = load_market, .check = recover_check_market},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "user", .load = load_token_account, .writable = true},
    {.name = "payer", .writable = true},
    {.name = "authority", .load = load_signer},
    {.name = "token_program", .load = load_token_program},
};
