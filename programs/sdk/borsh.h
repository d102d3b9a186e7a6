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

static inline u16 read_u16(Reader *reader) {
  const u8 *bytes = read_bytes(reader, 2);
  return bytes == NULL ? 0 : load_u16(bytes);
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

/* Whether `text` is UTF-8: shortest forms only, no surrogates, nothing above U+10FFFF. */
OUTLINED bool is_utf8(const u8 *text, u64 len) {
  for (u64 at = 0; at < len;) {
    u8 first = text[at++];
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    u64 more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (len - at < more) return false;
    u8 second = text[at];
    u8 lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    u8 highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) return false;
    for (u64 i = 1; i < more; i++)
      if ((text[at + i] & 0xc0) != 0x80) return false;
    at += more;
  }
  return true;
}

/* A string with its length, as it lies there; fails where it is not UTF-8. */
static inline Slice read_string(Reader *reader) {
  const u8 *start = reader->at;
  u32 len = read_u32(reader);
  const u8 *text = read_bytes(reader, len);
  if (text != NULL && !is_utf8(text, len)) reader->failed = true;
  return (Slice){start, reader->failed ? 0 : 4 + (u64)len};
}

static inline void skip_string(Reader *reader) { read_bytes(reader, read_u32(reader)); }
