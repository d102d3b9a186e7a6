/* A market's queue: first in, first out, of either jobs or nodes. */
#pragma once
#include "jobs/errors.h"
#include "jobs/state.h"

static inline u64 queue_length(const u8 *market) { return load_u32(market + MARKET_QUEUE_LENGTH); }
static inline u8 *queue_entry(u8 *market, u64 position) { return market + MARKET_QUEUE + 32 * position; }

/* Position of the key, or the queue's length. */
static inline u64 queue_find(u8 *market, const Pubkey *key) {
  u64 length = queue_length(market);
  u64 position = 0;
  while (position < length && !equal32(queue_entry(market, position), key))
    position++;
  return position;
}

static inline void queue_remove_at(u8 *market, u64 position) {
  u64 left = queue_length(market) - 1;
  sol_memmove_(queue_entry(market, position), queue_entry(market, position + 1), 32 * (left - position));
  store_u32(market + MARKET_QUEUE_LENGTH, (u32)left);
  if (left == 0) market[MARKET_QUEUE_TYPE] = QUEUE_EMPTY;
}

/* Takes the first entry out, into `key`. */
static inline void queue_pop(u8 *market, Pubkey *key) {
  if (queue_length(market) == 0) PANIC("removal index (is 0) should be < len (is 0)");
  copy32(key, queue_entry(market, 0));
  queue_remove_at(market, 0);
}

/* Takes the key out wherever it stands. */
static inline Result queue_remove(u8 *market, const Pubkey *key) {
  u64 position = queue_find(market, key);
  REQUIRE(position < queue_length(market), NOT_IN_MARKET_QUEUE);
  queue_remove_at(market, position);
  return OK;
}

/* Appends to the queue of the market at `index`; `type` is what an empty queue becomes. A market of unknown
 * type queues nothing. */
static inline Result queue_push(const Context *context, u64 index, const Pubkey *key, u8 type) {
  const AccountInfo *info = account(context, index);
  u8 *market = info->data;
  if (market[MARKET_JOB_TYPE] == JOB_TYPE_UNKNOWN) return OK;
  u64 length = queue_length(market);
  TRY(check(context, index, MARKET_QUEUE + 32 * (length + 1) <= info->data_len, &ACCOUNT_DID_NOT_SERIALIZE));
  if (market[MARKET_QUEUE_TYPE] == QUEUE_EMPTY) market[MARKET_QUEUE_TYPE] = type;
  copy32(queue_entry(market, length), key);
  store_u32(market + MARKET_QUEUE_LENGTH, (u32)(length + 1));
  return OK;
}
