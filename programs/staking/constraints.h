/* Constraints and transfers that several instructions of this program share. */
#pragma once
#include "staking/state.h"

static inline Result check_stake_vault(const Context *context, u64 stake, u64 vault) {
  return check_has_one(context, stake, STAKE_VAULT, vault, &INVALID_VAULT);
}

static inline Result check_unstaked(const Context *context, u64 stake, const ErrorSpec *error) {
  return check(context, stake, stake_time_unstake(data_of(context, stake)) != 0, error);
}

/* The settings' address is their own, and their authority signs. */
static inline Result check_settings(const Context *context, u64 settings, u64 authority) {
  const Slice seed = SEED("settings");
  const SignerSeeds seeds = {&seed, 1};
  TRY(check_address(context, settings, &seeds, context->program_id, &CONSTRAINT_SEEDS));
  return check_has_one(context, settings, SETTINGS_AUTHORITY, authority, &UNAUTHORIZED);
}

/* The vault of a stake signs for itself. */
typedef struct {
  Slice seeds[4];
  SignerSeeds signer;
} VaultSigner;

static inline void vault_signer(VaultSigner *out, const Context *context, u64 stake, u64 vault) {
  const u8 *data = data_of(context, stake);
  out->seeds[0] = (Slice)SEED("vault");
  out->seeds[1] = (Slice)SEED_KEY(token_mint(data_of(context, vault)));
  out->seeds[2] = (Slice)SEED_KEY((const Pubkey *)(data + STAKE_AUTHORITY));
  out->seeds[3] = (Slice){data + STAKE_VAULT_BUMP, 1};
  out->signer = (SignerSeeds){out->seeds, 4};
}

static inline Result pay_from_vault(const Context *context, u64 stake, u64 vault, u64 to, u64 amount) {
  VaultSigner self;
  vault_signer(&self, context, stake, vault);
  return token_transfer(account(context, vault), account(context, to), account(context, vault), amount,
                        &self.signer);
}
