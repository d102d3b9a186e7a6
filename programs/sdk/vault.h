/* Vaults: token accounts at an address of this program that are their own authority. */
#pragma once
#include "sdk/init.h"
#include "sdk/token.h"

typedef struct {
  u64 payer, mint;
  SignerSeeds seeds; /* the last is `bump` */
  u8 *bump;
} DerivedVault;

SHARED Result init_vault(const Context *context, u64 index, const DerivedVault *vault) {
  TRY(check_derived(context, index, &vault->seeds, vault->bump));
  const NewAccount new = {account(context, vault->payer), account(context, index), TOKEN_ACCOUNT_SIZE,
                          &TOKEN_PROGRAM, &vault->seeds};
  TRY(init_account(context, index, &new));
  return token_initialize_vault(account(context, index), account(context, vault->mint));
}
