#pragma once
#include "jobs/constraints.h"
#include "jobs/queue.h"
#include "sdk/rewards.h"

enum {
  ASSIGN_JOB,
  ASSIGN_MARKET,
  ASSIGN_RUN,
  ASSIGN_NODE,
  ASSIGN_USER,
  ASSIGN_VAULT,
  ASSIGN_PAYER,
  ASSIGN_REWARDS_REFLECTION,
  ASSIGN_REWARDS_VAULT,
  ASSIGN_AUTHORITY,
  ASSIGN_REWARDS_PROGRAM,
  ASSIGN_TOKEN_PROGRAM,
  ASSIGN_SYSTEM_PROGRAM,
};
enum { ASSIGN_ARG_IPFS_JOB = 0, ASSIGN_ARG_TIMEOUT = 32, ASSIGN_ARGS_LEN = 40 };

static Result assign_init_job(Context *context, u64 index) {
  return init_state(context, index, ASSIGN_PAYER, JOB_SIZE, JOB_DISCRIMINATOR);
}

static Result assign_init_run(Context *context, u64 index) {
  return init_state(context, index, ASSIGN_PAYER, RUN_SIZE, RUN_DISCRIMINATOR);
}

static Result assign_check_market(Context *context, u64 index) {
  TRY(check_market_vault(context, index, ASSIGN_VAULT));
  return check_queue_type(context, index, QUEUE_NODES);
}

static Result assign_check_user(Context *context, u64 index) {
  return check_paying_account(context, index, ASSIGN_PAYER, ASSIGN_MARKET);
}

static Result assign_job(Context *context) {
  TRY(queue_remove(data_of(context, ASSIGN_MARKET), key_of(context, ASSIGN_NODE)));
  const NewJob new = {ASSIGN_JOB,
                      ASSIGN_MARKET,
                      ASSIGN_PAYER,
                      ASSIGN_AUTHORITY,
                      context->args + ASSIGN_ARG_IPFS_JOB,
                      load_i64(context->args + ASSIGN_ARG_TIMEOUT)};
  write_job(context, &new);
  write_run(data_of(context, ASSIGN_RUN), key_of(context, ASSIGN_JOB), key_of(context, ASSIGN_NODE),
            key_of(context, ASSIGN_PAYER));
  const u8 *job = data_of(context, ASSIGN_JOB);
  if (job_price(job) == 0) return OK;
  return pay_into_vault(context, ASSIGN_USER, ASSIGN_VAULT, ASSIGN_PAYER, job_deposit(job));
}

static const AccountSpec ASSIGN_ACCOUNTS[] = {
    {.name = "job", .init = assign_init_job, .writable = true},
    {.name = "market", .load = load_market, .writable = true, .check = assign_check_market},
    {.name = "run", .init = assign_init_run, .writable = true},
    {.name = "node"},
    {.name = "user", .load = load_token_account, .writable = true, .check = assign_check_user},
    {.name = "vault", .load = load_token_account, .writable = true},
    {.name = "payer", .load = load_signer, .writable = true},
    {.name = "rewards_reflection", .load = load_reflection, .writable = true},
    {.name = "rewards_vault", .load = load_token_account, .writable = true},
    {.name = "authority", .load = load_signer},
    {.name = "rewards_program", .load = load_rewards_program},
    {.name = "token_program", .load = load_token_program},
    {.name = "system_program", .load = load_system_program},
};
