#pragma once
#include "jobs/constraints.h"

enum { COMPLETE_JOB, COMPLETE_AUTHORITY };
enum { COMPLETE_ARG_IPFS_RESULT = 0, COMPLETE_ARGS_LEN = 32 };

static Result complete_check_job(Context *context, u64 index) {
  TRY(check_job_state(context, index, JOB_DONE));
  const u8 *job = data_of(context, index);
  TRY(check(context, index, equal32(job + JOB_NODE, key_of(context, COMPLETE_AUTHORITY)), &UNAUTHORIZED));
  return check(context, index, is_zero32(job + JOB_IPFS_RESULT), &JOB_RESULTS_ALREADY_SET);
}

static Result complete_job(Context *context) {
  const u8 *result = context->args + COMPLETE_ARG_IPFS_RESULT;
  REQUIRE(!is_zero32(result), JOB_RESULT_NULL);
  copy32(data_of(context, COMPLETE_JOB) + JOB_IPFS_RESULT, result);
  return OK;
}

static const AccountSpec COMPLETE_ACCOUNTS[] = {
    {.name = "job", .load = load_job, .writable = true, .check = complete_check_job},
    {.name = "authority", .load = load_signer},
};
