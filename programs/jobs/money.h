/* What a job costs, and moving it between wallets and the market's vault. */
#pragma once
#include "jobs/state.h"
#include "sdk/token.h"

/* NOS base units for `seconds` of a job; aborts where the product overflows or the time is negative. */
static inline u64 price_of(u64 price, i64 seconds) { return checked_mul(price, checked_unsigned(seconds)); }

static inline u64 job_price(const u8 *job) { return load_u64(job + JOB_PRICE); }
static inline u64 job_deposit(const u8 *job) { return price_of(job_price(job), load_i64(job + JOB_TIMEOUT)); }

/* For the time that the job ran, at most its timeout. */
static inline u64 job_payment(const u8 *job) {
  i64 used = checked_sub_signed(load_i64(job + JOB_TIME_END), load_i64(job + JOB_TIME_START));
  i64 timeout = load_i64(job + JOB_TIMEOUT);
  return price_of(job_price(job), used < timeout ? used : timeout);
}

/* The vault signs for itself: it is a token account at a program address, and its own authority. */
typedef struct {
  Slice seeds[3];
  SignerSeeds signer;
} VaultSigner;

static inline void vault_signer(VaultSigner *out, const Context *context, u64 market) {
  out->seeds[0] = (Slice)SEED_KEY(key_of(context, market));
  out->seeds[1] = (Slice)SEED_KEY(&NOS_MINT);
  out->seeds[2] = (Slice){data_of(context, market) + MARKET_VAULT_BUMP, 1};
  out->signer = (SignerSeeds){out->seeds, 3};
}

OUTLINED Result pay_from_vault(const Context *context, u64 market, u64 vault, u64 to, u64 amount) {
  VaultSigner self;
  vault_signer(&self, context, market);
  return token_transfer(account(context, vault), account(context, to), account(context, vault), amount,
                        &self.signer);
}

static inline Result pay_into_vault(const Context *context, u64 from, u64 vault, u64 authority, u64 amount) {
  return token_transfer(account(context, from), account(context, vault), account(context, authority), amount,
                        NULL);
}

typedef struct {
  u8 job, market, vault, node_account, payer_account;
} Settlement;

/* Splits a finished job's deposit: the node first, the rest back to the payer. */
OUTLINED Result settle(const Context *context, const Settlement *of) {
  const u8 *job = data_of(context, of->job);
  if (job_price(job) == 0) return OK;
  u64 paid = job_payment(job);
  u64 refund = checked_sub(job_deposit(job), paid);
  TRY(pay_from_vault(context, of->market, of->vault, of->node_account, paid));
  return pay_from_vault(context, of->market, of->vault, of->payer_account, refund);
}

/* Empties the vault into `user` and closes it, its rent to `rent_to`. */
typedef struct {
  u8 market, vault, user, rent_to;
} VaultClosing;

OUTLINED Result close_vault(const Context *context, const VaultClosing *of) {
  const AccountInfo *vault = account(context, of->vault);
  TRY(pay_from_vault(context, of->market, of->vault, of->user, token_amount(vault->data)));
  VaultSigner self;
  vault_signer(&self, context, of->market);
  return token_close(vault, account(context, of->rent_to), vault, &self.signer);
}
