/* The SPL token program: its accounts and the calls made to it. */
#pragma once
#include "sdk/load.h"
#include "sdk/system.h"

enum { TOKEN_MINT_SIZE = 82, TOKEN_ACCOUNT_SIZE = 165 };
enum {
  TOKEN_ACCOUNT_MINT = 0,
  TOKEN_ACCOUNT_OWNER = 32,
  TOKEN_ACCOUNT_AMOUNT = 64,
  TOKEN_ACCOUNT_STATE = 108
};
enum { TOKEN_MINT_INITIALIZED = 45 };
enum { TOKEN_TRANSFER = 3, TOKEN_CLOSE_ACCOUNT = 9, TOKEN_INITIALIZE_ACCOUNT_3 = 18 };

static inline const Pubkey *token_mint(const u8 *data) { return (const Pubkey *)(data + TOKEN_ACCOUNT_MINT); }
static inline const Pubkey *token_owner(const u8 *data) {
  return (const Pubkey *)(data + TOKEN_ACCOUNT_OWNER);
}
static inline u64 token_amount(const u8 *data) { return load_u64(data + TOKEN_ACCOUNT_AMOUNT); }

OUTLINED Result load_token_data(const Context *context, u64 index, u64 size, u64 state) {
  TRY(load_owned(context, index, &TOKEN_PROGRAM));
  const AccountInfo *info = account(context, index);
  const char *name = context->specs[index].name;
  if (info->data_len != size) return fail_builtin(name, &BUILTIN_INVALID_ACCOUNT_DATA);
  if (info->data[state] == 0) return fail_builtin(name, &BUILTIN_UNINITIALIZED_ACCOUNT);
  return OK;
}

SHARED Result load_token_account(Context *context, u64 index) {
  return load_token_data(context, index, TOKEN_ACCOUNT_SIZE, TOKEN_ACCOUNT_STATE);
}

SHARED Result load_mint(Context *context, u64 index) {
  return load_token_data(context, index, TOKEN_MINT_SIZE, TOKEN_MINT_INITIALIZED);
}

OUTLINED Result token_transfer(const AccountInfo *from, const AccountInfo *to, const AccountInfo *authority,
                               u64 amount, const SignerSeeds *signer) {
  u8 data[9];
  data[0] = TOKEN_TRANSFER;
  store_u64(data + 1, amount);
  const AccountMeta metas[3] = {
      {from->key, true, false}, {to->key, true, false}, {authority->key, false, true}};
  const Instruction instruction = {&TOKEN_PROGRAM, metas, 3, data, sizeof data};
  const AccountInfo infos[3] = {*from, *to, *authority};
  return invoke(&instruction, infos, 3, signer);
}

/* The token program refuses to close an account that still holds tokens. */
OUTLINED Result token_close(const AccountInfo *closed, const AccountInfo *rent_to,
                            const AccountInfo *authority, const SignerSeeds *signer) {
  const u8 data[1] = {TOKEN_CLOSE_ACCOUNT};
  const AccountMeta metas[3] = {
      {closed->key, true, false}, {rent_to->key, true, false}, {authority->key, false, true}};
  const Instruction instruction = {&TOKEN_PROGRAM, metas, 3, data, sizeof data};
  const AccountInfo infos[3] = {*closed, *rent_to, *authority};
  return invoke(&instruction, infos, 3, signer);
}

/* Makes a created account a token account of `mint` that is its own authority. */
OUTLINED Result token_initialize_vault(const AccountInfo *vault, const AccountInfo *mint) {
  u8 data[33];
  data[0] = TOKEN_INITIALIZE_ACCOUNT_3;
  copy32(data + 1, vault->key);
  const AccountMeta metas[2] = {{vault->key, true, false}, {mint->key, false, false}};
  const Instruction instruction = {&TOKEN_PROGRAM, metas, 2, data, sizeof data};
  const AccountInfo infos[2] = {*vault, *mint};
  return invoke(&instruction, infos, 2, NULL);
}
