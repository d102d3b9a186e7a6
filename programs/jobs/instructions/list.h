#pragma once
#include "jobs/constraints.h"
#include "jobs/queue.h"
#include "sdk/rewards.h"

enum {
  LIST_JOB,
  LIST_MARKET,
  LIST_RUN,
  LIST_USER,
  LIST_VAULT,
  LIST_PAYER,
  LIST_REWARDS_REFLECTION,
  LIST_REWARDS_VAULT,
  LIST_AUTHORITY,
  LIST_REWARDS_PROGRAM,
  LIST_TOKEN_PROGRAM,
  LIST_SYSTEM_PROGRAM,
};
enum { LIST_ARG_IPFS_JOB = 0, LIST_ARG_TIMEOUT = 32, LIST_ARGS_LEN = 40 };

static Result list_init_job(Context *context, u64 index) {
  return init_state(context, index, LIST_PAYER, JOB_SIZE, JOB_DISCRIMINATOR);
}

static Result list_check_market(Context *context, u64 index) {
  return check_market_vault(context, index, LIST_VAULT);
}

static Result list_check_run(Context *context, u64 index) { return check_fresh_run(context, index); }

static Result list_check_user(Context *context, u64 index) {
  return check_paying_account(context, index, LIST_PAYER, LIST_MARKET);
}

/* The first waiting node gets the job. */
static Result list_start_run(Context *context) {
  Pubkey node;
  queue_pop(data_of(context, LIST_MARKET), &node);
  return create_run(context, LIST_RUN, LIST_PAYER, key_of(context, LIST_JOB), &node);
}

static Result list_job(Context *context) {
  const NewJob new = {LIST_JOB,
                      LIST_MARKET,
                      LIST_PAYER,
                      LIST_AUTHORITY,
                      context->args + LIST_ARG_IPFS_JOB,
                      load_i64(context->args + LIST_ARG_TIMEOUT)};
  write_job(context, &new);
  if (data_of(context, LIST_MARKET)[MARKET_QUEUE_TYPE] == QUEUE_NODES)
    TRY(list_start_run(context));
  else
    TRY(queue_push(context, LIST_MARKET, key_of(context, LIST_JOB), QUEUE_JOBS));
  const u8 *job = data_of(context, LIST_JOB);
  if (job_price(job) == 0) return OK;
  return pay_into_vault(context, LIST_USER, LIST_VAULT, LIST_PAYER, job_deposit(job));
}

static const AccountSpec LIST_ACCOUNTS[] = {
    {.name = "job", .init = list_init_job, .writable = true},
    {.name = "market", .load = load_market, .writable = true, .check = list_check_market},
    {.name = "run", .writable = true, .check = list_check_run},
    {.name = "user", .load = load_token_account, .writable = true, .check = list_check_user},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "payer", .load = load_signer, .writable = true},
    {.name = "rewards_reflection", .load = load_reflection, .writable = true},
    {.name = "rewards_vault", .load = load_token_account, .writable = true},
    {.name = "authority", .load = load_signer},
    {.name = "rewards_program", .load = load_rewards_program},
    {.name = "token_program", .load = load_token_program},
    {.name = "system_program", .load = load_system_program},
};
