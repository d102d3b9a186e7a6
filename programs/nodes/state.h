/* The account of a node: where each field lies, and how its values are read, checked and written. */
#pragma once
#include "nodes/countries.h"
#include "nodes/errors.h"
#include "sdk/init.h"
#include "sdk/load.h"

enum {
  NODE_AUTHORITY = 8,
  NODE_AUDITED = 40,
  NODE_VALUES = 41, /* as in the arguments of register and update */
  NODE_SIZE = 128,
};

/* Values lie in arguments and account in the same order: seven of fixed size, then three strings. */
enum {
  VALUE_ARCHITECTURE = 0,
  VALUE_COUNTRY = 1,
  VALUE_CPU = 3,
  VALUE_GPU = 5,
  VALUE_MEMORY = 7,
  VALUE_IOPS = 9,
  VALUE_STORAGE = 11,
  VALUES_FIXED_LEN = 13,
};
enum { ARCHITECTURE_LAST_KNOWN = 9, UNKNOWN = 255 };

static const u8 NODE_DISCRIMINATOR[8] = {125, 166, 18, 146, 195, 127, 86, 220};

/* endpoint, icon, version */
static inline void read_values(Reader *reader) {
  read_bytes(reader, VALUES_FIXED_LEN);
  read_string(reader);
  read_string(reader);
  read_string(reader);
}

static Result load_node(Context *context, u64 index) {
  TRY(load_state(context, index, context->program_id, NODE_DISCRIMINATOR, NODE_VALUES));
  const AccountInfo *node = account(context, index);
  Reader reader = {node->data + NODE_AUDITED, node->data + node->data_len, false};
  read_flag(&reader);
  read_values(&reader);
  return check(context, index, !reader.failed, &ACCOUNT_DID_NOT_DESERIALIZE);
}

static inline Result check_values(const u8 *values) {
  u64 architecture = values[VALUE_ARCHITECTURE];
  u64 country = load_u16(values + VALUE_COUNTRY);
  REQUIRE_COMPARED(architecture <= ARCHITECTURE_LAST_KNOWN ? architecture : UNKNOWN, !=, UNKNOWN,
                   ARCHITECTURE_UNKNOWN);
  REQUIRE_COMPARED(is_country((u16)country) ? 0 : UNKNOWN, !=, UNKNOWN, COUNTRY_CODE_UNKNOWN);
  REQUIRE_COMPARED(load_u16(values + VALUE_CPU), >, 0, CPU_INVALID);
  REQUIRE_COMPARED(load_u16(values + VALUE_MEMORY), >, 0, MEMORY_INVALID);
  REQUIRE_COMPARED(load_u16(values + VALUE_IOPS), >, 0, IOPS_INVALID);
  REQUIRE_COMPARED(load_u16(values + VALUE_STORAGE), >, 0, STORAGE_INVALID);
  return OK;
}

/* Takes over the arguments' values. What shorter strings leave of older ones stays behind them. */
static Result write_values(Context *context, u64 index) {
  TRY(check_values(context->args));
  Reader args = args_reader(context);
  read_values(&args);
  u64 len = (u64)(args.at - context->args);
  const AccountInfo *node = account(context, index);
  TRY(check(context, index, NODE_VALUES + len <= node->data_len, &ACCOUNT_DID_NOT_SERIALIZE));
  sol_memmove_(node->data + NODE_VALUES, context->args, len);
  return OK;
}
