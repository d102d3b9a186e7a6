/* The shape of a program: tables of instructions and of their accounts, run in the framework's order.
 *
 *   1. every account is loaded (owner, discriminator, signer, ...), in account order
 *   2. accounts to be created are created
 *   3. every account's constraints are checked, in account order: writable first, then its own
 *   4. the handler runs
 *   5. accounts to be closed are closed
 */
#pragma once
#include "sdk/borsh.h"
#include "sdk/errors.h"
#include "sdk/math.h"
#include "sdk/memory.h"

/* More accounts than an instruction declares are allowed and ignored; none here declares as many as this. */
#define MAX_ACCOUNTS 24
/* The heap: zeroed, 32 KiB, this program's alone. It holds the accounts, which are too many for a stack
 * frame. */
#define HEAP_ACCOUNTS ((AccountInfo *)0x300000000ULL)

struct Context;
typedef Result (*AccountStep)(struct Context *context, u64 index);
typedef Result (*Handler)(struct Context *context);
/* Reads arguments whose size varies, so that malformed ones fail the reader. */
typedef void (*ArgsStep)(Reader *args);

typedef struct {
  const char *name;  /* as clients and logs know it */
  AccountStep load;  /* NULL: taken as it is */
  AccountStep init;  /* creates the account */
  AccountStep check; /* constraints besides `writable` */
  bool writable;
  u8 close_to; /* CLOSE_TO(index of the account that receives the rent), or 0 */
} AccountSpec;
#define CLOSE_TO(index) ((u8)((index) + 1))

typedef struct {
  const char *name;
  u8 discriminator[8];
  u64 args_len;
  const AccountSpec *accounts;
  u64 account_count;
  Handler handler;
  ArgsStep read_args; /* NULL: `args_len` bytes of any content */
} InstructionSpec;
#define ACCOUNTS(table) .accounts = (table), .account_count = sizeof(table) / sizeof((table)[0])

typedef struct Context {
  const Pubkey *program_id;
  AccountInfo *accounts;
  u64 account_count;
  const AccountSpec *specs;
  const u8 *args; /* after the discriminator; at least the instruction's args_len bytes */
} Context;

static inline AccountInfo *account(const Context *context, u64 index) { return &context->accounts[index]; }
static inline const Pubkey *key_of(const Context *context, u64 index) { return context->accounts[index].key; }
static inline u8 *data_of(const Context *context, u64 index) { return context->accounts[index].data; }

/* The arguments, which the program's id follows in the runtime's input. */
static inline Reader args_reader(const Context *context) {
  return (Reader){context->args, context->program_id->bytes, false};
}

/* Constraints. Each names the account at `index` in its error. */
static inline Result check(const Context *context, u64 index, bool condition, const ErrorSpec *error) {
  return condition ? OK : fail_caused_by(context->specs[index].name, error);
}

static inline Result check_key(const Context *context, u64 index, const Pubkey *expected,
                               const ErrorSpec *error) {
  const Pubkey *key = key_of(context, index);
  return equal32(key, expected) ? OK : fail_keys(context->specs[index].name, error, key, expected);
}

/* The key that the account stores at `offset` must be that of the account at `target`. */
static inline Result check_has_one(const Context *context, u64 index, u64 offset, u64 target,
                                   const ErrorSpec *error) {
  const Pubkey *stored = (const Pubkey *)(data_of(context, index) + offset);
  const Pubkey *given = key_of(context, target);
  return equal32(stored, given) ? OK : fail_keys(context->specs[index].name, error, stored, given);
}

/* Reads the runtime's serialised accounts. Returns where the instruction data begins. */
static inline u8 *read_accounts(u8 *input, Context *context) {
  u64 count = load_u64(input);
  u8 *at = input + 8;
  context->accounts = HEAP_ACCOUNTS;
  context->account_count = count < MAX_ACCOUNTS ? count : MAX_ACCOUNTS;
  for (u64 i = 0; i < count; i++) {
    AccountInfo *info = &context->accounts[i];
    if (at[0] != 0xff) { /* the same account as an earlier one */
      if (i < MAX_ACCOUNTS) *info = context->accounts[at[0]];
      at += 8;
      continue;
    }
    u64 data_len = load_u64(at + 80);
    u8 *end = at + 88 + data_len + 10240; /* room to grow in place */
    end = (u8 *)(((u64)end + 7) & ~7ULL);
    if (i < MAX_ACCOUNTS) {
      info->is_signer = at[1] != 0;
      info->is_writable = at[2] != 0;
      info->executable = at[3] != 0;
      info->key = (const Pubkey *)(at + 8);
      info->owner = (Pubkey *)(at + 40);
      info->lamports = (u64 *)(at + 72);
      info->data_len = data_len;
      info->data = at + 88;
      info->rent_epoch = load_u64(end);
    }
    at = end + 8;
  }
  return at;
}

/* All lamports go to `to`; the account ends empty and with the system program. */
static inline void close_account(AccountInfo *closed, const AccountInfo *to) {
  *to->lamports = checked_add(*to->lamports, *closed->lamports);
  *closed->lamports = 0;
  for (u64 i = 0; i < 4; i++)
    store_u64(closed->owner->bytes + 8 * i, 0);
  store_u64(closed->data - 8, 0); /* the length, which the runtime reads back */
  closed->data_len = 0;
}

static inline Result load_accounts(Context *context, u64 count) {
  for (u64 i = 0; i < count; i++) {
    const AccountSpec *spec = &context->specs[i];
    if (i >= context->account_count)
      return spec->init != NULL ? fail(&ACCOUNT_NOT_ENOUGH_KEYS)
                                : fail_caused_by(spec->name, &ACCOUNT_NOT_ENOUGH_KEYS);
    if (spec->load != NULL) TRY(spec->load(context, i));
  }
  return OK;
}

static inline Result init_accounts(Context *context, u64 count) {
  for (u64 i = 0; i < count; i++)
    if (context->specs[i].init != NULL) TRY(context->specs[i].init(context, i));
  return OK;
}

static inline Result check_accounts(Context *context, u64 count) {
  for (u64 i = 0; i < count; i++) {
    const AccountSpec *spec = &context->specs[i];
    if (spec->writable) TRY(check(context, i, account(context, i)->is_writable, &CONSTRAINT_MUT));
    if (spec->check != NULL) TRY(spec->check(context, i));
    if (spec->close_to != 0)
      TRY(check(context, i, !equal32(key_of(context, i), key_of(context, spec->close_to - 1U)),
                &CONSTRAINT_CLOSE));
  }
  return OK;
}

static inline void close_accounts(Context *context, u64 count) {
  for (u64 i = 0; i < count; i++) {
    u8 to = context->specs[i].close_to;
    if (to != 0) close_account(account(context, i), account(context, to - 1U));
  }
}

static inline void log_instruction(const char *name) {
  LogLine line;
  line.len = 0;
  log_text(&line, "Instruction: ");
  log_text(&line, name);
  log_flush(&line);
}

static inline Result run_instruction(const InstructionSpec *instruction, Context *context, u64 args_len) {
  log_instruction(instruction->name);
  Reader args = {context->args, context->args + args_len, args_len < instruction->args_len};
  if (instruction->read_args != NULL) instruction->read_args(&args);
  if (args.failed) return fail(&INSTRUCTION_DID_NOT_DESERIALIZE);
  context->specs = instruction->accounts;
  TRY(load_accounts(context, instruction->account_count));
  TRY(init_accounts(context, instruction->account_count));
  TRY(check_accounts(context, instruction->account_count));
  TRY(instruction->handler(context));
  close_accounts(context, instruction->account_count);
  return OK;
}

/* The body of a program's entrypoint. */
static inline Result run_program(u8 *input, const InstructionSpec *instructions, u64 count) {
  Context context;
  u8 *data = read_accounts(input, &context);
  u64 data_len = load_u64(data);
  data += 8;
  context.program_id = (const Pubkey *)(data + data_len);
  context.args = data + 8;
  if (data_len >= 8) {
    u64 discriminator = load_u64(data);
    for (u64 i = 0; i < count; i++)
      if (load_u64(instructions[i].discriminator) == discriminator)
        return run_instruction(&instructions[i], &context, data_len - 8);
  }
  return fail(&INSTRUCTION_FALLBACK_NOT_FOUND);
}
