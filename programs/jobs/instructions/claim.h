#pragma once
#include "jobs/gates.h"

enum {
  CLAIM_JOB,
  CLAIM_RUN,
  CLAIM_MARKET,
  CLAIM_STAKE,
  CLAIM_NFT,
  CLAIM_METADATA,
  CLAIM_PAYER,
  CLAIM_AUTHORITY,
  CLAIM_SYSTEM_PROGRAM,
};

static Result claim_init_run(Context *context, u64 index) {
  return init_state(context, index, CLAIM_PAYER, RUN_SIZE, RUN_DISCRIMINATOR);
}

static Result claim_check_job(Context *context, u64 index) {
  TRY(check_job_market(context, index, CLAIM_MARKET));
  return check_job_state(context, index, JOB_STOPPED);
}

static Result claim_check_stake(Context *context, u64 index) {
  return check_stake(context, index, CLAIM_MARKET, CLAIM_AUTHORITY);
}

static Result claim_check_nft(Context *context, u64 index) {
  return check_access_nft(context, index, CLAIM_MARKET, CLAIM_AUTHORITY);
}

static Result claim_check_metadata(Context *context, u64 index) {
  return check_access_metadata(context, index, CLAIM_NFT, CLAIM_MARKET);
}

/* The job stays stopped while it is run again. */
static Result claim_job(Context *context) {
  write_run(data_of(context, CLAIM_RUN), key_of(context, CLAIM_JOB), key_of(context, CLAIM_AUTHORITY),
            key_of(context, CLAIM_PAYER));
  return OK;
}

static const AccountSpec CLAIM_ACCOUNTS[] = {
    {.name = "job", .load = load_job, .writable = true, .check = claim_check_job},
    {.name = "run", .init = claim_init_run, .writable = true},
    {.name = "market", .load = load_market},
    {.name = "stake", .load = load_stake, .check = claim_check_stake},
    {.name = "nft", .load = load_token_account, .check = claim_check_nft},
    {.name = "metadata", .check = claim_check_metadata},
    {.name = "payer", .load = load_signer, .writable = true},
    {.name = "authority", .load = load_signer},
    {.name = "system_program", .load = load_system_program},
};
