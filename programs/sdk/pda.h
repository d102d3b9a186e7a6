/* Program derived addresses. */
#pragma once
#include "ids.h"
#include "sdk/program.h"

#define SEED(literal) {(const u8 *)(literal), sizeof(literal) - 1}
#define SEED_KEY(key) {(key)->bytes, 32}

static inline void find_program_address(const Slice *seeds, u64 len, const Pubkey *program, Pubkey *out,
                                        u8 *bump) {
  if (sol_try_find_program_address(seeds, len, program, out, bump) != 0)
    PANIC("no program address for these seeds");
}

/* The account at `index` must lie at the address that `program` derives from `seeds`. */
static inline Result check_address(const Context *context, u64 index, const SignerSeeds *seeds,
                                   const Pubkey *program, const ErrorSpec *error) {
  Pubkey expected;
  u8 bump;
  find_program_address(seeds->seeds, seeds->len, program, &expected, &bump);
  return check_key(context, index, &expected, error);
}

/* The associated token account of `wallet` for NOS. */
OUTLINED void find_nos_account(const Pubkey *wallet, Pubkey *out) {
  u8 bump;
  const Slice seeds[3] = {SEED_KEY(wallet), SEED_KEY(&TOKEN_PROGRAM), SEED_KEY(&NOS_MINT)};
  find_program_address(seeds, 3, &ASSOCIATED_TOKEN_PROGRAM, out, &bump);
}

/* The account at `index` must be the NOS account of `wallet`. */
static inline Result check_nos_account(const Context *context, u64 index, const Pubkey *wallet) {
  Pubkey expected;
  find_nos_account(wallet, &expected);
  return check(context, index, equal32(key_of(context, index), &expected), &INVALID_ATA);
}
