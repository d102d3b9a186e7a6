/* The program's accounts: where each field lies, and how accounts are loaded and created. */
#pragma once
#include "sdk/init.h"
#include "sdk/load.h"

enum {
  MARKET_AUTHORITY = 8,
  MARKET_JOB_EXPIRATION = 40,
  MARKET_JOB_PRICE = 48,
  MARKET_JOB_TIMEOUT = 56,
  MARKET_JOB_TYPE = 64,
  MARKET_VAULT = 65,
  MARKET_VAULT_BUMP = 97,
  MARKET_NODE_ACCESS_KEY = 98,
  MARKET_NODE_XNOS_MINIMUM = 130,
  MARKET_QUEUE_TYPE = 146,
  MARKET_QUEUE_LENGTH = 147,
  MARKET_QUEUE = 151,
  MARKET_QUEUE_SLOTS = 314,
  MARKET_SIZE = 10224,
};

enum {
  JOB_IPFS_JOB = 8,
  JOB_IPFS_RESULT = 40,
  JOB_MARKET = 72,
  JOB_NODE = 104,
  JOB_PAYER = 136,
  JOB_PRICE = 168,
  JOB_PROJECT = 176,
  JOB_STATE = 208,
  JOB_TIME_END = 209,
  JOB_TIME_START = 217,
  JOB_TIMEOUT = 225,
  JOB_END = 233,
  JOB_SIZE = 240,
};

enum {
  RUN_JOB = 8,
  RUN_NODE = 40,
  RUN_PAYER = 72,
  RUN_TIME = 105,
  RUN_END = 113,
  RUN_SIZE = 120,
};

/* A queued job with a run account is running. State 1 was written by earlier versions only. */
enum { JOB_QUEUED = 0, JOB_DONE = 2, JOB_STOPPED = 3 };
/* What waits in a market's queue. */
enum { QUEUE_JOBS = 0, QUEUE_NODES = 1, QUEUE_EMPTY = 255 };
enum { JOB_TYPE_LAST_KNOWN = 4, JOB_TYPE_UNKNOWN = 255 };

static const u8 MARKET_DISCRIMINATOR[8] = {201, 78, 187, 225, 240, 198, 201, 251};
static const u8 JOB_DISCRIMINATOR[8] = {91, 16, 162, 5, 45, 210, 125, 65};
static const u8 RUN_DISCRIMINATOR[8] = {194, 169, 110, 230, 235, 11, 225, 22};

/* Keys stored in accounts. */
static inline const Pubkey *stored_key(const u8 *data, u64 offset) { return (const Pubkey *)(data + offset); }

static Result load_market(Context *context, u64 index) {
  TRY(load_state(context, index, context->program_id, MARKET_DISCRIMINATOR, MARKET_QUEUE));
  const AccountInfo *market = account(context, index);
  u64 queue_bytes = 32 * (u64)load_u32(market->data + MARKET_QUEUE_LENGTH);
  return check(context, index, market->data_len >= MARKET_QUEUE + queue_bytes, &ACCOUNT_DID_NOT_DESERIALIZE);
}

static Result load_job(Context *context, u64 index) {
  return load_state(context, index, context->program_id, JOB_DISCRIMINATOR, JOB_END);
}

static Result load_run(Context *context, u64 index) {
  return load_state(context, index, context->program_id, RUN_DISCRIMINATOR, RUN_END);
}

typedef struct {
  u64 job, market, payer, project;
  const u8 *ipfs_job;
  i64 timeout;
} NewJob;

/* Fields that stay zero: result, node, state (queued), times. */
static inline void write_job(const Context *context, const NewJob *new) {
  u8 *job = data_of(context, new->job);
  copy32(job + JOB_IPFS_JOB, new->ipfs_job);
  copy32(job + JOB_MARKET, key_of(context, new->market));
  copy32(job + JOB_PAYER, key_of(context, new->payer));
  store_u64(job + JOB_PRICE, load_u64(data_of(context, new->market) + MARKET_JOB_PRICE));
  copy32(job + JOB_PROJECT, key_of(context, new->project));
  store_i64(job + JOB_TIMEOUT, new->timeout);
}

/* Fills a new run account; it starts now. */
static inline void write_run(u8 *run, const Pubkey *job, const Pubkey *node, const Pubkey *payer) {
  copy32(run + RUN_JOB, job);
  copy32(run + RUN_NODE, node);
  copy32(run + RUN_PAYER, payer);
  store_i64(run + RUN_TIME, now());
}

/* Creates and fills the run account at `run`, where the program decides only in the handler that there is
 * one. */
static inline Result create_run(const Context *context, u64 run, u64 payer, const Pubkey *job,
                                const Pubkey *node) {
  const NewAccount new = {account(context, payer), account(context, run), RUN_SIZE, context->program_id,
                          NULL};
  TRY(create_account(&new));
  store_u64(data_of(context, run), load_u64(RUN_DISCRIMINATOR));
  write_run(data_of(context, run), job, node, key_of(context, payer));
  return OK;
}

/* Ends a run in its job. */
static inline void write_job_done(u8 *job, const u8 *run) {
  job[JOB_STATE] = JOB_DONE;
  copy32(job + JOB_NODE, run + RUN_NODE);
  store_i64(job + JOB_TIME_START, load_i64(run + RUN_TIME));
  store_i64(job + JOB_TIME_END, now());
}
