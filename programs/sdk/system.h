/* The system program: creating accounts. */
#pragma once
#include "sdk/pda.h"
#include "sdk/sysvars.h"

enum { SYSTEM_CREATE_ACCOUNT = 0, SYSTEM_ASSIGN = 1, SYSTEM_TRANSFER = 2, SYSTEM_ALLOCATE = 8 };

typedef struct {
  const AccountInfo *payer;
  AccountInfo *account;
  u64 size;
  const Pubkey *owner;
  const SignerSeeds *signer; /* NULL where the account signed the transaction */
} NewAccount;

static inline Result invoke(const Instruction *instruction, const AccountInfo *infos, u64 count,
                            const SignerSeeds *signer) {
  return sol_invoke_signed_c(instruction, infos, count, signer, signer == NULL ? 0 : 1);
}

/* Pays for, sizes and assigns an account that has no lamports yet. */
OUTLINED Result create_account(const NewAccount *new) {
  u8 data[52];
  store_u32(data, SYSTEM_CREATE_ACCOUNT);
  store_u64(data + 4, rent_minimum(new->size));
  store_u64(data + 12, new->size);
  copy32(data + 20, new->owner);
  const AccountMeta metas[2] = {{new->payer->key, true, true}, {new->account->key, true, true}};
  const Instruction instruction = {&SYSTEM_PROGRAM, metas, 2, data, sizeof data};
  const AccountInfo infos[2] = {*new->payer, *new->account};
  TRY(invoke(&instruction, infos, 2, new->signer));
  new->account->data_len = new->size;
  return OK;
}

static inline Result transfer_lamports(const NewAccount *new, u64 lamports) {
  u8 data[12];
  store_u32(data, SYSTEM_TRANSFER);
  store_u64(data + 4, lamports);
  const AccountMeta metas[2] = {{new->payer->key, true, true}, {new->account->key, true, false}};
  const Instruction instruction = {&SYSTEM_PROGRAM, metas, 2, data, sizeof data};
  const AccountInfo infos[2] = {*new->payer, *new->account};
  return invoke(&instruction, infos, 2, NULL);
}

static inline Result allocate(const NewAccount *new) {
  u8 data[12];
  store_u32(data, SYSTEM_ALLOCATE);
  store_u64(data + 4, new->size);
  const AccountMeta metas[1] = {{new->account->key, true, true}};
  const Instruction instruction = {&SYSTEM_PROGRAM, metas, 1, data, sizeof data};
  return invoke(&instruction, new->account, 1, new->signer);
}

static inline Result assign_owner(const NewAccount *new) {
  u8 data[36];
  store_u32(data, SYSTEM_ASSIGN);
  copy32(data + 4, new->owner);
  const AccountMeta metas[1] = {{new->account->key, true, true}};
  const Instruction instruction = {&SYSTEM_PROGRAM, metas, 1, data, sizeof data};
  return invoke(&instruction, new->account, 1, new->signer);
}

/* As create_account, for an address that somebody may have sent lamports to beforehand. */
OUTLINED Result create_prefunded_account(const NewAccount *new) {
  u64 needed = rent_minimum(new->size);
  if (*new->account->lamports < needed) TRY(transfer_lamports(new, needed - *new->account->lamports));
  TRY(allocate(new));
  TRY(assign_owner(new));
  new->account->data_len = new->size;
  return OK;
}

/* Creates the account at `index`. */
static inline Result init_account(const Context *context, u64 index, const NewAccount *new) {
  if (*new->account->lamports == 0) return create_account(new);
  TRY(check(context, index, !equal32(new->account->key, new->payer->key), &TRYING_TO_INIT_PAYER));
  return create_prefunded_account(new);
}
