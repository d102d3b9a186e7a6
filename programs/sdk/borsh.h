/* Reading a Borsh value that somebody else wrote: never past its end. */
#pragma once
#include "sdk/memory.h"

typedef struct {
  const u8 *at, *end;
  bool failed; /* sticky: once set, every read gives zeros */
} Reader;

/* The next `len` bytes, or NULL. */
static inline const u8 *read_bytes(Reader *reader, u64 len) {
  if (reader->failed || len > (u64)(reader->end - reader->at)) {
    reader->failed = true;
    return NULL;
  }
  const u8 *bytes = reader->at;
  reader->at += len;
  return bytes;
}

static inline u8 read_u8(Reader *reader) {
  const u8 *bytes = read_bytes(reader, 1);
  return bytes == NULL ? 0 : *bytes;
}

static inline u32 read_u32(Reader *reader) {
  const u8 *bytes = read_bytes(reader, 4);
  return bytes == NULL ? 0 : load_u32(bytes);
}

/* Option tags and booleans are 0 or 1; anything else is malformed. */
static inline bool read_flag(Reader *reader) {
  u8 flag = read_u8(reader);
  if (flag > 1) reader->failed = true;
  return flag == 1;
}

static inline void skip_string(Reader *reader) { read_bytes(reader, read_u32(reader)); }
