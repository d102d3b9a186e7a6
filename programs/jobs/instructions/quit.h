/* quit and quit_admin: a run ends without a result. */
#pragma once
#include "jobs/constraints.h"

enum { QUIT_JOB, QUIT_RUN, QUIT_PAYER, QUIT_AUTHORITY };
enum { QUIT_ADMIN_RUN, QUIT_ADMIN_PAYER, QUIT_ADMIN_AUTHORITY };

static Result quit_check_run(Context *context, u64 index) {
  TRY(check_run_job(context, index, QUIT_JOB));
  TRY(check_run_payer(context, index, QUIT_PAYER));
  return check_run_node(context, index, QUIT_AUTHORITY);
}

static Result quit_run(Context *context) {
  data_of(context, QUIT_JOB)[JOB_STATE] = JOB_STOPPED;
  return OK;
}

static const AccountSpec QUIT_ACCOUNTS[] = {
    {.name = "job", .load = load_job, .writable = true},
    {.name = "run",
     .load = load_run,
     .writable = true,
     .check = quit_check_run,
     .close_to = CLOSE_TO(QUIT_PAYER)},
    {.name = "payer", .writable = true},
    {.name = "authority", .load = load_signer},
};

static Result quit_admin_check_run(Context *context, u64 index) {
  return check_run_payer(context, index, QUIT_ADMIN_PAYER);
}

static Result quit_admin_check_authority(Context *context, u64 index) {
  return check_network_admin(context, index);
}

/* The job stays queued, in no queue. */
static Result quit_admin_run(Context *context) {
  (void)context;
  return OK;
}

static const AccountSpec QUIT_ADMIN_ACCOUNTS[] = {
    {.name = "run",
     .load = load_run,
     .writable = true,
     .check = quit_admin_check_run,
     .close_to = CLOSE_TO(QUIT_ADMIN_PAYER)},
    {.name = "payer", .writable = true},
    {.name = "authority", .load = load_signer, .check = quit_admin_check_authority},
};
