#pragma once
#include "jobs/constraints.h"

enum {
  END_JOB,
  END_MARKET,
  END_RUN,
  END_DEPOSIT,
  END_USER,
  END_VAULT,
  END_PAYER,
  END_AUTHORITY,
  END_TOKEN_PROGRAM,
};

static Result end_check_job(Context *context, u64 index) {
  TRY(check_job_market(context, index, END_MARKET));
  return check_job_project(context, index, END_AUTHORITY);
}

static Result end_check_market(Context *context, u64 index) {
  return check_market_vault(context, index, END_VAULT);
}

/* The network's program compares the run's job a second time, with error 6009, which therefore never occurs.
 */
static Result end_check_run(Context *context, u64 index) {
  TRY(check_run_payer(context, index, END_PAYER));
  return check_run_job(context, index, END_JOB);
}

static Result end_check_deposit(Context *context, u64 index) {
  return check_job_account(context, index, stored_key(data_of(context, END_JOB), JOB_PAYER), END_JOB);
}

static Result end_check_user(Context *context, u64 index) {
  return check_job_account(context, index, stored_key(data_of(context, END_RUN), RUN_NODE), END_JOB);
}

static Result end_job(Context *context) {
  static const Settlement settlement = {END_JOB, END_MARKET, END_VAULT, END_USER, END_DEPOSIT};
  write_job_done(data_of(context, END_JOB), data_of(context, END_RUN));
  return settle(context, &settlement);
}

static const AccountSpec END_ACCOUNTS[] = {
    {.name = "job", .load = load_job, .writable = true, .check = end_check_job},
    {.name = "market", .load = load_market, .check = end_check_market},
    {.name = "run",
     .load = load_run,
     .writable = true,
     .check = end_check_run,
     .close_to = CLOSE_TO(END_PAYER)},
    {.name = "deposit", .load = load_token_account, .writable = true, .check = end_check_deposit},
    {.name = "user", .load = load_token_account, .writable = true, .check = end_check_user},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "payer", .writable = true},
    {.name = "authority", .load = load_signer, .writable = true},
    {.name = "token_program", .load = load_token_program},
};
