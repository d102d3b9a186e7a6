/* Loads, stores and comparisons on account data, eight bytes at a time. */
#pragma once
#include "sdk/types.h"

static inline u64 load_u64(const u8 *at) { return *(const word *)at; }
static inline i64 load_i64(const u8 *at) { return *(const signed_word *)at; }
static inline u32 load_u32(const u8 *at) { return *(const half_word *)at; }
static inline u16 load_u16(const u8 *at) { return *(const quarter_word *)at; }
static inline void store_u16(u8 *at, u16 value) { *(quarter_word *)at = value; }
static inline void store_u64(u8 *at, u64 value) { *(word *)at = value; }
static inline void store_i64(u8 *at, i64 value) { *(signed_word *)at = value; }
static inline void store_u32(u8 *at, u32 value) { *(half_word *)at = value; }

/* Copies and compares 32 bytes: keys and digests. */
static inline void copy32(void *to, const void *from) {
  word *target = to;
  const word *source = from;
  target[0] = source[0];
  target[1] = source[1];
  target[2] = source[2];
  target[3] = source[3];
}

static inline bool equal32(const void *left, const void *right) {
  const word *a = left, *b = right;
  return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

static inline bool is_zero32(const void *bytes) {
  const word *a = bytes;
  return (a[0] | a[1] | a[2] | a[3]) == 0;
}
