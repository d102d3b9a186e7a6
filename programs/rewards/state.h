/* The pool of fees. Who is in it holds a share of `total_reflection`, which is worth share / rate tokens: his
 * score and what fees have added to it since. A fee adds to `total_xnos`, which lowers the rate, and so
 * everybody's share is worth more without being touched. */
#pragma once
#include "sdk/init.h"
#include "sdk/rewards.h"
#include "sdk/stake.h"
#include "sdk/u128.h"
#include "sdk/vault.h"

enum {
  REWARD_AUTHORITY = 8,
  REWARD_BUMP = 40,
  REWARD_REFLECTION = 41,
  REWARD_XNOS = 57,
  REWARD_END = 73,
  REWARD_SIZE = 80,
};
#define NOS_TOTAL_SUPPLY 100000000000000ULL

static const u8 REWARD_DISCRIMINATOR[8] = {225, 81, 31, 253, 84, 234, 171, 129};

static Result load_reward(Context *context, u64 index) {
  return load_state(context, index, context->program_id, REWARD_DISCRIMINATOR, REWARD_END);
}

/* As high as it can be without all tokens' reflection overflowing. */
static inline U128 initial_rate(void) { return u128_div((U128){~0ULL, ~0ULL}, u128_of(NOS_TOTAL_SUPPLY)); }

static inline U128 field(const u8 *data, u64 offset) { return load_u128(data + offset); }

/* Adds a fee of which everybody in the pool has his part. */
static inline void pool_add_fee(u8 *pool, u64 amount) {
  U128 xnos = u128_add(field(pool, REFLECTION_TOTAL_XNOS), u128_of(amount));
  store_u128(pool + REFLECTION_TOTAL_XNOS, xnos);
  store_u128(pool + REFLECTION_RATE, u128_div(field(pool, REFLECTION_TOTAL_REFLECTION), xnos));
}

/* Enters a score, and `pending` tokens that are in the pool already. */
OUTLINED void pool_enter(u8 *pool, u8 *reward, const U128 *xnos, const U128 *pending) {
  U128 reflection = u128_mul(u128_add(*xnos, *pending), field(pool, REFLECTION_RATE));
  store_u128(pool + REFLECTION_TOTAL_REFLECTION,
             u128_add(field(pool, REFLECTION_TOTAL_REFLECTION), reflection));
  store_u128(pool + REFLECTION_TOTAL_XNOS, u128_add(field(pool, REFLECTION_TOTAL_XNOS), *xnos));
  store_u128(reward + REWARD_REFLECTION, reflection);
  store_u128(reward + REWARD_XNOS, *xnos);
}

/* Takes a share out of the pool, with what was `paid` of it. */
OUTLINED void pool_leave(u8 *pool, const u8 *reward, const U128 *paid) {
  U128 xnos = u128_add(field(reward, REWARD_XNOS), *paid);
  store_u128(pool + REFLECTION_TOTAL_XNOS, u128_sub(field(pool, REFLECTION_TOTAL_XNOS), xnos));
  store_u128(pool + REFLECTION_TOTAL_REFLECTION,
             u128_sub(field(pool, REFLECTION_TOTAL_REFLECTION), field(reward, REWARD_REFLECTION)));
}

/* What fees have added to a share. */
static inline U128 pending_reward(const u8 *pool, const u8 *reward) {
  U128 worth = u128_div(field(reward, REWARD_REFLECTION), field(pool, REFLECTION_RATE));
  return u128_sub(worth, field(reward, REWARD_XNOS));
}
