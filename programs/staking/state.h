/* The program's accounts, and what a stake is worth. */
#pragma once
#include "sdk/init.h"
#include "sdk/stake.h"
#include "sdk/u128.h"
#include "sdk/vault.h"

enum {
  SETTINGS_AUTHORITY = 8,
  SETTINGS_TOKEN_ACCOUNT = 40,
  SETTINGS_SIZE = 72,
};
enum {
  SECONDS_PER_DAY = 86400,
  DURATION_MIN = 14 * SECONDS_PER_DAY,
  DURATION_MAX = 365 * SECONDS_PER_DAY,
  XNOS_DURATION = 4 * DURATION_MAX / 12, /* for this long, tokens count once more */
};
#define XNOS_PRECISION 1000000000000000ULL

static const u8 SETTINGS_DISCRIMINATOR[8] = {63, 89, 203, 155, 76, 237, 115, 58};

static Result load_settings(Context *context, u64 index) {
  return load_state(context, index, context->program_id, SETTINGS_DISCRIMINATOR, SETTINGS_SIZE);
}

static inline void write_settings(u8 *settings, const Pubkey *authority, const Pubkey *token_account) {
  copy32(settings + SETTINGS_AUTHORITY, authority);
  copy32(settings + SETTINGS_TOKEN_ACCOUNT, token_account);
}

static inline u64 stake_amount(const u8 *stake) { return load_u64(stake + STAKE_AMOUNT); }
static inline u64 stake_duration(const u8 *stake) { return load_u64(stake + STAKE_DURATION); }
static inline i64 stake_time_unstake(const u8 *stake) { return load_i64(stake + STAKE_TIME_UNSTAKE); }

/* What the stake counts for: the longer it is locked, the more. Nothing once it is unstaked. To be called
 * after every change of amount, duration or time. */
OUTLINED void update_xnos(u8 *stake) {
  U128 xnos = {0, 0};
  if (stake_time_unstake(stake) == 0) {
    U128 precision = u128_of(XNOS_PRECISION);
    U128 factor = u128_mul(u128_of(stake_duration(stake)), precision);
    factor = u128_add(u128_div(factor, u128_of(XNOS_DURATION)), precision);
    xnos = u128_div(u128_mul(factor, u128_of(stake_amount(stake))), precision);
  }
  store_u128(stake + STAKE_XNOS, xnos);
}

/* Tokens that `elapsed` seconds have released, of which the vault holding `balance` has already paid some. In
 * integers of 64 bits, as precise as they allow. */
static inline u64 withdrawable(const u8 *stake, u64 balance, u64 elapsed) {
  u64 amount = stake_amount(stake), duration = stake_duration(stake);
  if (elapsed >= duration) return balance;
  u64 precision = checked_sub(checked_div(~0ULL, amount > elapsed ? amount : elapsed), 1);
  u64 released = checked_mul(checked_mul(elapsed, precision) / duration, amount);
  return checked_sub(checked_div(released, precision), checked_sub(amount, balance));
}
