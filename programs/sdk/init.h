/* Accounts that an instruction creates for its own program. */
#pragma once
#include "sdk/system.h"

/* Creates the signing account at `index` with this program as owner. */
static inline Result init_state(const Context *context, u64 index, u64 payer, u64 size,
                                const u8 *discriminator) {
  const NewAccount new = {account(context, payer), account(context, index), size, context->program_id, NULL};
  TRY(init_account(context, index, &new));
  store_u64(data_of(context, index), load_u64(discriminator));
  return OK;
}

/* The account at `index` must lie at the address that this program derives from `seeds`, the last of which is
 * the bump: it is found here and written to `bump`. */
static inline Result check_derived(const Context *context, u64 index, const SignerSeeds *seeds, u8 *bump) {
  Pubkey expected;
  find_program_address(seeds->seeds, seeds->len - 1, context->program_id, &expected, bump);
  return check_key(context, index, &expected, &CONSTRAINT_SEEDS);
}

typedef struct {
  u64 payer, size;
  const u8 *discriminator;
  SignerSeeds seeds; /* the last is `bump` */
  u8 *bump;
} DerivedState;

/* As init_state, at an address that this program derives. */
SHARED Result init_derived_state(const Context *context, u64 index, const DerivedState *state) {
  TRY(check_derived(context, index, &state->seeds, state->bump));
  const NewAccount new = {account(context, state->payer), account(context, index), state->size,
                          context->program_id, &state->seeds};
  TRY(init_account(context, index, &new));
  store_u64(data_of(context, index), load_u64(state->discriminator));
  return OK;
}
