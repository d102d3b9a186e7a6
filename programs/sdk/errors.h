/* Errors and the log lines by which every client recognises them: the exact texts of the Anchor framework. */
#pragma once
#include "sdk/log.h"

typedef struct {
  u64 number;
  const char *name;
  const char *message; /* ends with its own full stop where the declaring program's text does */
} ErrorSpec;

#define DEFINE_ERROR(identifier, number, name, message)                                                      \
  __attribute__((unused)) static const ErrorSpec identifier = {number, name, message}

static inline void log_error_tail(LogLine *line, const ErrorSpec *error) {
  log_text(line, ". Error Code: ");
  log_text(line, error->name);
  log_text(line, ". Error Number: ");
  log_number(line, error->number);
  log_text(line, ". Error Message: ");
  log_text(line, error->message);
  log_text(line, ".");
  log_flush(line);
}

OUTLINED Result fail_about(const char *what, const char *whom, const ErrorSpec *error) {
  LogLine line;
  line.len = 0;
  log_text(&line, what);
  log_text(&line, whom);
  log_error_tail(&line, error);
  return error->number;
}

/* An error that belongs to no account and no line of the program: an unknown instruction, missing accounts.
 */
static inline Result fail(const ErrorSpec *error) { return fail_about("AnchorError occurred", "", error); }

static inline Result fail_caused_by(const char *account, const ErrorSpec *error) {
  return fail_about("AnchorError caused by account: ", account, error);
}

/* One of the runtime's own errors, whose number carries the code in its upper half. */
static inline Result fail_builtin(const char *account, const ErrorSpec *error) {
  return fail_about("ProgramError caused by account: ", account, error);
}

OUTLINED Result fail_thrown(const char *file, u64 line_number, const ErrorSpec *error) {
  LogLine line;
  line.len = 0;
  log_text(&line, "AnchorError thrown in ");
  log_text(&line, file);
  log_text(&line, ":");
  log_number(&line, line_number);
  log_error_tail(&line, error);
  return error->number;
}

/* As fail_caused_by, and shows the two keys that should have been equal. */
OUTLINED Result fail_keys(const char *account, const ErrorSpec *error, const Pubkey *left,
                          const Pubkey *right) {
  fail_caused_by(account, error);
  LOG("Left:");
  sol_log_pubkey(left);
  LOG("Right:");
  sol_log_pubkey(right);
  return error->number;
}

/* As fail_thrown, and shows the two numbers that were compared. */
OUTLINED Result fail_compared(const char *file, u64 line_number, const ErrorSpec *error, u64 left,
                              u64 right) {
  fail_thrown(file, line_number, error);
  LogLine line;
  line.len = 0;
  log_text(&line, "Left: ");
  log_number(&line, left);
  log_flush(&line);
  line.len = 0;
  log_text(&line, "Right: ");
  log_number(&line, right);
  log_flush(&line);
  return error->number;
}

/* A check of a handler, after all accounts have passed theirs. */
#define REQUIRE(condition, error)                                                                            \
  do {                                                                                                       \
    if (!(condition)) return fail_thrown(__FILE__, __LINE__, &(error));                                      \
  } while (0)

/* As REQUIRE, for a comparison of two numbers, which the log then shows. */
#define REQUIRE_COMPARED(left, operator, right, error)                                                       \
  do {                                                                                                       \
    u64 compared_left = (left), compared_right = (right);                                                    \
    if (!(compared_left operator compared_right))                                                            \
      return fail_compared(__FILE__, __LINE__, &(error), compared_left, compared_right);                     \
  } while (0)

/* The framework's own errors, as far as programs here raise them. */
DEFINE_ERROR(INSTRUCTION_FALLBACK_NOT_FOUND, 101, "InstructionFallbackNotFound",
             "Fallback functions are not supported");
DEFINE_ERROR(INSTRUCTION_DID_NOT_DESERIALIZE, 102, "InstructionDidNotDeserialize",
             "The program could not deserialize the given instruction");
DEFINE_ERROR(CONSTRAINT_MUT, 2000, "ConstraintMut", "A mut constraint was violated");
DEFINE_ERROR(CONSTRAINT_SEEDS, 2006, "ConstraintSeeds", "A seeds constraint was violated");
DEFINE_ERROR(CONSTRAINT_CLOSE, 2011, "ConstraintClose", "A close constraint was violated");
DEFINE_ERROR(CONSTRAINT_TOKEN_MINT, 2014, "ConstraintTokenMint", "A token mint constraint was violated");
DEFINE_ERROR(ACCOUNT_DISCRIMINATOR_NOT_FOUND, 3001, "AccountDiscriminatorNotFound",
             "No 8 byte discriminator was found on the account");
DEFINE_ERROR(ACCOUNT_DISCRIMINATOR_MISMATCH, 3002, "AccountDiscriminatorMismatch",
             "8 byte discriminator did not match what was expected");
DEFINE_ERROR(ACCOUNT_DID_NOT_DESERIALIZE, 3003, "AccountDidNotDeserialize",
             "Failed to deserialize the account");
DEFINE_ERROR(ACCOUNT_DID_NOT_SERIALIZE, 3004, "AccountDidNotSerialize", "Failed to serialize the account");
DEFINE_ERROR(ACCOUNT_NOT_ENOUGH_KEYS, 3005, "AccountNotEnoughKeys",
             "Not enough account keys given to the instruction");
DEFINE_ERROR(ACCOUNT_OWNED_BY_WRONG_PROGRAM, 3007, "AccountOwnedByWrongProgram",
             "The given account is owned by a different program than expected");
DEFINE_ERROR(INVALID_PROGRAM_ID, 3008, "InvalidProgramId", "Program ID was not as expected");
DEFINE_ERROR(ACCOUNT_NOT_SIGNER, 3010, "AccountNotSigner", "The given account did not sign");
DEFINE_ERROR(ACCOUNT_NOT_INITIALIZED, 3012, "AccountNotInitialized",
             "The program expected this account to be already initialized");
DEFINE_ERROR(ACCOUNT_SYSVAR_MISMATCH, 3015, "AccountSysvarMismatch",
             "The given public key does not match the required sysvar");
DEFINE_ERROR(TRYING_TO_INIT_PAYER, 4101, "TryingToInitPayerAsProgramAccount",
             "You cannot/should not initialize the payer account as a program account");

DEFINE_ERROR(BUILTIN_INVALID_ACCOUNT_DATA, 4ULL << 32, "InvalidAccountData",
             "An account's data contents was invalid");
DEFINE_ERROR(BUILTIN_UNINITIALIZED_ACCOUNT, 10ULL << 32, "UninitializedAccount",
             "An attempt to operate on an account that hasn't been initialized");

/* The list that all of the network's programs share. */
DEFINE_ERROR(UNAUTHORIZED, 6000, "Unauthorized", "This account is not authorized to perform this action.");
DEFINE_ERROR(INVALID_OWNER, 6001, "InvalidOwner", "This account is owned by an invalid program.");
DEFINE_ERROR(LAMPORTS_NON_NULL, 6002, "LamportsNonNull", "This account has lamports.");
DEFINE_ERROR(MISSING_SIGNATURE, 6003, "MissingSignature", "This account is missing a signature.");
DEFINE_ERROR(INVALID_ACCOUNT, 6004, "InvalidAccount", "This account is not valid.");
DEFINE_ERROR(INVALID_TOKEN_ACCOUNT, 6005, "InvalidTokenAccount", "This token account is not valid.");
DEFINE_ERROR(INVALID_MINT, 6006, "InvalidMint", "This mint is invalid.");
DEFINE_ERROR(INVALID_VAULT, 6007, "InvalidVault", "This account has an invalid vault.");
DEFINE_ERROR(INVALID_PAYER, 6008, "InvalidPayer", "This payer account is not valid.");
DEFINE_ERROR(VAULT_EMPTY, 6009, "VaultEmpty", "This vault is empty.");
DEFINE_ERROR(VAULT_NOT_EMPTY, 6010, "VaultNotEmpty", "This vault is not empty.");
DEFINE_ERROR(INVALID_ATA, 6011, "InvalidATA", "This associated token account is not valid.");
