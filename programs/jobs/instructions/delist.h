#pragma once
#include "jobs/constraints.h"
#include "jobs/queue.h"

enum {
  DELIST_JOB,
  DELIST_MARKET,
  DELIST_DEPOSIT,
  DELIST_PAYER,
  DELIST_VAULT,
  DELIST_TOKEN_PROGRAM,
  DELIST_AUTHORITY
};

static Result delist_check_job(Context *context, u64 index) {
  TRY(check_job_payer(context, index, DELIST_PAYER));
  TRY(check_job_market(context, index, DELIST_MARKET));
  TRY(check_job_project(context, index, DELIST_AUTHORITY));
  return check_job_state(context, index, JOB_QUEUED);
}

static Result delist_check_market(Context *context, u64 index) {
  TRY(check_market_vault(context, index, DELIST_VAULT));
  return check_queue_type(context, index, QUEUE_JOBS);
}

static Result delist_check_deposit(Context *context, u64 index) {
  return check_job_account(context, index, key_of(context, DELIST_PAYER), DELIST_JOB);
}

static Result delist_job(Context *context) {
  TRY(queue_remove(data_of(context, DELIST_MARKET), key_of(context, DELIST_JOB)));
  const u8 *job = data_of(context, DELIST_JOB);
  if (job_price(job) == 0) return OK;
  return pay_from_vault(context, DELIST_MARKET, DELIST_VAULT, DELIST_DEPOSIT, job_deposit(job));
}

static const AccountSpec DELIST_ACCOUNTS[] = {
    {.name = "job",
     .load = load_job,
     .writable = true,
     .check = delist_check_job,
     .close_to = CLOSE_TO(DELIST_PAYER)},
    {.name = "market", .load = load_market, .writable = true, .check = delist_check_market},
    {.name = "deposit", .load = load_token_account, .writable = true, .check = delist_check_deposit},
    {.name = "payer", .writable = true},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "token_program", .load = load_token_program},
    {.name = "authority", .load = load_signer, .writable = true},
};
