/* The runtime's functions that programs here call. The linker knows the same list and refuses any other name.
 */
#pragma once
#include "sdk/types.h"

extern void abort(void) __attribute__((noreturn));
extern void sol_log_(const char *text, u64 len);
extern void sol_log_pubkey(const Pubkey *key);
extern u64 sol_get_clock_sysvar(Clock *out);
extern u64 sol_get_rent_sysvar(Rent *out);
extern u64 sol_create_program_address(const Slice *seeds, u64 len, const Pubkey *program, Pubkey *out);
extern u64 sol_try_find_program_address(const Slice *seeds, u64 len, const Pubkey *program, Pubkey *out,
                                        u8 *bump);
extern u64 sol_invoke_signed_c(const Instruction *instruction, const AccountInfo *accounts, u64 account_count,
                               const SignerSeeds *signers, u64 signer_count);
extern u64 sol_memmove_(void *to, const void *from, u64 len);
