/* clean and clean_admin: a job's account goes, its rent to the payer. */
#pragma once
#include "jobs/constraints.h"

enum { CLEAN_JOB, CLEAN_MARKET, CLEAN_PAYER };
enum { CLEAN_ADMIN_JOB, CLEAN_ADMIN_PAYER, CLEAN_ADMIN_AUTHORITY };

/* The market, whose expiration counts, is not compared with the job's. */
static Result clean_check_job(Context *context, u64 index) {
  TRY(check_job_payer(context, index, CLEAN_PAYER));
  TRY(check_job_state(context, index, JOB_DONE));
  i64 age = checked_sub_signed(now(), load_i64(data_of(context, index) + JOB_TIME_END));
  i64 expiration = load_i64(data_of(context, CLEAN_MARKET) + MARKET_JOB_EXPIRATION);
  return check(context, index, age > expiration, &JOB_NOT_EXPIRED);
}

static Result clean_admin_check_job(Context *context, u64 index) {
  return check_job_payer(context, index, CLEAN_ADMIN_PAYER);
}

static Result clean_admin_check_authority(Context *context, u64 index) {
  return check_network_admin(context, index);
}

/* Closing the account is all there is. */
static Result clean_job(Context *context) {
  (void)context;
  return OK;
}

static const AccountSpec CLEAN_ACCOUNTS[] = {
    {.name = "job",
     .load = load_job,
     .writable = true,
     .check = clean_check_job,
     .close_to = CLOSE_TO(CLEAN_PAYER)},
    {.name = "market", .load = load_market},
    {.name = "payer", .writable = true},
};

static const AccountSpec CLEAN_ADMIN_ACCOUNTS[] = {
    {.name = "job",
     .load = load_job,
     .writable = true,
     .check = clean_admin_check_job,
     .close_to = CLOSE_TO(CLEAN_ADMIN_PAYER)},
    {.name = "payer", .writable = true},
    {.name = "authority", .load = load_signer, .check = clean_admin_check_authority},
};
