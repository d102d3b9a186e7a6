/* Constraints that several instructions of this program share. */
#pragma once
#include "jobs/errors.h"
#include "jobs/money.h"
#include "sdk/admin.h"

static inline Result check_market_vault(const Context *context, u64 market, u64 vault) {
  return check_has_one(context, market, MARKET_VAULT, vault, &INVALID_VAULT);
}

static inline Result check_job_payer(const Context *context, u64 job, u64 payer) {
  return check_has_one(context, job, JOB_PAYER, payer, &INVALID_PAYER);
}

static inline Result check_job_market(const Context *context, u64 job, u64 market) {
  return check_has_one(context, job, JOB_MARKET, market, &INVALID_MARKET_ACCOUNT);
}

static inline Result check_job_project(const Context *context, u64 job, u64 authority) {
  bool is_project = equal32(data_of(context, job) + JOB_PROJECT, key_of(context, authority));
  return check(context, job, is_project, &UNAUTHORIZED);
}

static inline Result check_job_state(const Context *context, u64 job, u8 state) {
  return check(context, job, data_of(context, job)[JOB_STATE] == state, &JOB_IN_WRONG_STATE);
}

static inline Result check_run_payer(const Context *context, u64 run, u64 payer) {
  return check_has_one(context, run, RUN_PAYER, payer, &INVALID_PAYER);
}

static inline Result check_run_job(const Context *context, u64 run, u64 job) {
  return check_has_one(context, run, RUN_JOB, job, &INVALID_JOB_ACCOUNT);
}

static inline Result check_run_node(const Context *context, u64 run, u64 authority) {
  bool is_node = equal32(data_of(context, run) + RUN_NODE, key_of(context, authority));
  return check(context, run, is_node, &UNAUTHORIZED);
}

static inline Result check_queue_type(const Context *context, u64 market, u8 type) {
  return check(context, market, data_of(context, market)[MARKET_QUEUE_TYPE] == type, &MARKET_IN_WRONG_STATE);
}

/* A run account that the handler may create: it signs, and nothing is there yet. */
static inline Result check_fresh_run(const Context *context, u64 run) {
  const AccountInfo *info = account(context, run);
  TRY(check(context, run, info->is_signer, &MISSING_SIGNATURE));
  TRY(check(context, run, *info->lamports == 0, &LAMPORTS_NON_NULL));
  if (!equal32(info->owner, &SYSTEM_PROGRAM))
    return fail_keys(context->specs[run].name, &INVALID_OWNER, info->owner, &SYSTEM_PROGRAM);
  return OK;
}

/* The account that pays a listing: the payer's NOS account, unless the market is free. */
static inline Result check_paying_account(const Context *context, u64 user, u64 payer, u64 market) {
  if (load_u64(data_of(context, market) + MARKET_JOB_PRICE) == 0) return OK;
  return check_nos_account(context, user, key_of(context, payer));
}

/* A NOS account that takes part in a job's money, unless the job is free. */
static inline Result check_job_account(const Context *context, u64 index, const Pubkey *wallet, u64 job) {
  if (job_price(data_of(context, job)) == 0) return OK;
  return check_nos_account(context, index, wallet);
}
