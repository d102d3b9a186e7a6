#pragma once
#include "jobs/gates.h"
#include "jobs/queue.h"

enum {
  WORK_RUN,
  WORK_MARKET,
  WORK_PAYER,
  WORK_STAKE,
  WORK_NFT,
  WORK_METADATA,
  WORK_AUTHORITY,
  WORK_SYSTEM_PROGRAM
};

static Result work_check_run(Context *context, u64 index) { return check_fresh_run(context, index); }

static Result work_check_market(Context *context, u64 index) {
  u8 *market = data_of(context, index);
  bool admitted = market[MARKET_QUEUE_TYPE] == QUEUE_JOBS ||
                  queue_find(market, key_of(context, WORK_AUTHORITY)) == queue_length(market);
  return check(context, index, admitted, &NODE_ALREADY_QUEUED);
}

static Result work_check_stake(Context *context, u64 index) {
  return check_stake(context, index, WORK_MARKET, WORK_AUTHORITY);
}

static Result work_check_nft(Context *context, u64 index) {
  return check_access_nft(context, index, WORK_MARKET, WORK_AUTHORITY);
}

static Result work_check_metadata(Context *context, u64 index) {
  return check_access_metadata(context, index, WORK_NFT, WORK_MARKET);
}

/* The first waiting job starts at once. */
static Result work_start_run(Context *context) {
  Pubkey job;
  queue_pop(data_of(context, WORK_MARKET), &job);
  return create_run(context, WORK_RUN, WORK_PAYER, &job, key_of(context, WORK_AUTHORITY));
}

static Result work_node(Context *context) {
  if (data_of(context, WORK_MARKET)[MARKET_QUEUE_TYPE] == QUEUE_JOBS) return work_start_run(context);
  return queue_push(context, WORK_MARKET, key_of(context, WORK_AUTHORITY), QUEUE_NODES);
}

static const AccountSpec WORK_ACCOUNTS[] = {
    {.name = "run", .writable = true, .check = work_check_run},
    {.name = "market", .load = load_market, .writable = true, .check = work_check_market},
    {.name = "payer", .load = load_signer, .writable = true},
    {.name = "stake", .load = load_stake, .check = work_check_stake},
    {.name = "nft", .load = load_token_account, .check = work_check_nft},
    {.name = "metadata", .check = work_check_metadata},
    {.name = "authority", .load = load_signer},
    {.name = "system_program", .load = load_system_program},
};
