/* Plain types of a freestanding program, laid out as the Solana runtime passes them. */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

/* A word that may lie at any address and overlay any type: the virtual machine loads and stores unaligned. */
typedef u64 __attribute__((may_alias)) word;
typedef i64 __attribute__((may_alias)) signed_word;
typedef u32 __attribute__((may_alias)) half_word;
typedef u16 __attribute__((may_alias)) quarter_word;

/* A function of a header that some programs do not use. OUTLINED: with a stack frame of its own. */
#define SHARED __attribute__((unused)) static
#define OUTLINED __attribute__((noinline, unused)) static

/* What a check, an instruction or the program returns: 0, or an error as the runtime encodes it
 * (custom errors as they are, built-in ones shifted left by 32). */
typedef u64 Result;
#define OK 0ULL

#define TRY(expression)                                                                                      \
  do {                                                                                                       \
    Result try_result = (expression);                                                                        \
    if (try_result != OK) return try_result;                                                                 \
  } while (0)

typedef struct {
  u8 bytes[32];
} Pubkey;

typedef struct {
  const u8 *bytes;
  u64 len;
} Slice;

typedef struct {
  const Slice *seeds;
  u64 len;
} SignerSeeds;

/* 72 bytes: keep arrays of it out of the 4096-byte stack frames. */
typedef struct {
  const Pubkey *key;
  u64 *lamports;
  u64 data_len;
  u8 *data;
  Pubkey *owner;
  u64 rent_epoch;
  bool is_signer, is_writable, executable;
} AccountInfo;

typedef struct {
  const Pubkey *key;
  bool is_writable, is_signer;
} AccountMeta;

typedef struct {
  const Pubkey *program_id;
  const AccountMeta *accounts;
  u64 account_count;
  const u8 *data;
  u64 data_len;
} Instruction;

typedef struct {
  u64 slot;
  i64 epoch_start_timestamp;
  u64 epoch, leader_schedule_epoch;
  i64 unix_timestamp;
} Clock;

typedef struct {
  u64 lamports_per_byte_year;
  u64 exemption_threshold_bits; /* an IEEE 754 double */
  u8 burn_percent;
} Rent;
