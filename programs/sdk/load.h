/* How each kind of account is loaded: what must hold before any constraint is looked at. */
#pragma once
#include "ids.h"
#include "sdk/program.h"

SHARED Result load_signer(Context *context, u64 index) {
  return check(context, index, account(context, index)->is_signer, &ACCOUNT_NOT_SIGNER);
}

static inline Result load_owned(const Context *context, u64 index, const Pubkey *owner) {
  const AccountInfo *info = account(context, index);
  if (*info->lamports == 0 && equal32(info->owner, &SYSTEM_PROGRAM))
    return fail_caused_by(context->specs[index].name, &ACCOUNT_NOT_INITIALIZED);
  if (!equal32(info->owner, owner))
    return fail_keys(context->specs[index].name, &ACCOUNT_OWNED_BY_WRONG_PROGRAM, info->owner, owner);
  return OK;
}

/* Whether an account is gone, or marked as gone by an older version of the framework. */
static inline bool is_closed(const AccountInfo *info) {
  if (equal32(info->owner, &SYSTEM_PROGRAM)) return true;
  if (info->data_len < 8) PANIC("range end index 8 out of range");
  return load_u64(info->data) == ~0ULL;
}

/* An account of a program of the network: `size` is its fixed part, discriminator included. */
OUTLINED Result load_state(const Context *context, u64 index, const Pubkey *owner, const u8 *discriminator,
                           u64 size) {
  TRY(load_owned(context, index, owner));
  const AccountInfo *info = account(context, index);
  TRY(check(context, index, info->data_len >= 8, &ACCOUNT_DISCRIMINATOR_NOT_FOUND));
  TRY(check(context, index, load_u64(info->data) == load_u64(discriminator),
            &ACCOUNT_DISCRIMINATOR_MISMATCH));
  return check(context, index, info->data_len >= size, &ACCOUNT_DID_NOT_DESERIALIZE);
}

static inline Result load_program(const Context *context, u64 index, const Pubkey *id) {
  return check_key(context, index, id, &INVALID_PROGRAM_ID);
}

SHARED Result load_system_program(Context *context, u64 index) {
  return load_program(context, index, &SYSTEM_PROGRAM);
}

SHARED Result load_token_program(Context *context, u64 index) {
  return load_program(context, index, &TOKEN_PROGRAM);
}

SHARED Result load_rent(Context *context, u64 index) {
  return check(context, index, equal32(key_of(context, index), &RENT_SYSVAR), &ACCOUNT_SYSVAR_MISMATCH);
}
