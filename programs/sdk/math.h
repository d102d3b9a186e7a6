/* Arithmetic that aborts the transaction where it would wrap. */
#pragma once
#include "sdk/log.h"

static inline u64 checked_add(u64 a, u64 b) {
  u64 sum = a + b;
  if (sum < a) PANIC("attempt to add with overflow");
  return sum;
}

static inline u64 checked_sub(u64 a, u64 b) {
  if (b > a) PANIC("attempt to subtract with overflow");
  return a - b;
}

/* By halves: the compiler would turn `a * b / b != a` and its like into a 128-bit multiplication, which is
 * not there. */
static inline u64 checked_mul(u64 a, u64 b) {
  u64 a_high = a >> 32, a_low = a & 0xffffffff;
  u64 b_high = b >> 32, b_low = b & 0xffffffff;
  u64 middle =
      a_high * b_low + a_low * b_high; /* exact: one of the two is zero unless the product is too large */
  u64 low = a_low * b_low;
  u64 product = low + (middle << 32);
  if ((a_high != 0 && b_high != 0) || middle >> 32 != 0 || product < low)
    PANIC("attempt to multiply with overflow");
  return product;
}

/* Signed difference, for times. Computed unsigned because signed overflow is undefined in C. */
static inline i64 checked_sub_signed(i64 a, i64 b) {
  i64 difference = (i64)((u64)a - (u64)b);
  if (((a ^ b) & (a ^ difference)) < 0) PANIC("attempt to subtract with overflow");
  return difference;
}

static inline i64 checked_add_signed(i64 a, i64 b) {
  i64 sum = (i64)((u64)a + (u64)b);
  if (((a ^ sum) & (b ^ sum)) < 0) PANIC("attempt to add with overflow");
  return sum;
}

static inline u64 checked_div(u64 a, u64 b) {
  if (b == 0) PANIC("attempt to divide by zero");
  return a / b;
}

/* A number of seconds as a time, which is signed. */
static inline i64 checked_signed(u64 value) {
  if (value >> 63 != 0) PANIC("out of range integral type conversion attempted");
  return (i64)value;
}

static inline u64 checked_unsigned(i64 value) {
  if (value < 0) PANIC("a negative number of seconds");
  return (u64)value;
}
