/* Unsigned numbers of 128 bits, as accounts hold them. The machine multiplies and divides 64 bits at most, so
 * both are built here. What does not fit, or divides by zero, aborts the transaction. */
#pragma once
#include "sdk/math.h"
#include "sdk/memory.h"

typedef struct {
  u64 low, high;
} U128;

static inline U128 u128_of(u64 value) { return (U128){value, 0}; }
static inline U128 load_u128(const u8 *at) { return (U128){load_u64(at), load_u64(at + 8)}; }
static inline void store_u128(u8 *at, U128 value) {
  store_u64(at, value.low);
  store_u64(at + 8, value.high);
}

static inline bool u128_is_zero(U128 value) { return (value.low | value.high) == 0; }

static inline bool u128_at_least(U128 value, U128 minimum) {
  return value.high != minimum.high ? value.high > minimum.high : value.low >= minimum.low;
}

static inline U128 u128_add(U128 a, U128 b) {
  U128 sum = {a.low + b.low, a.high + b.high};
  bool wrapped = sum.high < a.high;
  u64 carry = sum.low < a.low;
  sum.high += carry;
  if (wrapped || sum.high < carry) PANIC("attempt to add with overflow");
  return sum;
}

static inline U128 u128_wrapping_sub(U128 a, U128 b) {
  return (U128){a.low - b.low, a.high - b.high - (a.low < b.low)};
}

static inline U128 u128_sub(U128 a, U128 b) {
  if (!u128_at_least(a, b)) PANIC("attempt to subtract with overflow");
  return u128_wrapping_sub(a, b);
}

/* The whole product, by halves of 32 bits. */
static inline U128 u128_product(u64 a, u64 b) {
  u64 a_high = a >> 32, a_low = a & 0xffffffff;
  u64 b_high = b >> 32, b_low = b & 0xffffffff;
  u64 low = a_low * b_low;
  u64 middle = a_high * b_low + (low >> 32); /* at most 2^64 - 2^32 */
  u64 other = a_low * b_high + (middle & 0xffffffff);
  return (U128){other << 32 | (low & 0xffffffff), a_high * b_high + (middle >> 32) + (other >> 32)};
}

OUTLINED void u128_multiply(U128 *value, const U128 *factor) {
  u64 high = value->high != 0 ? value->high : factor->high;
  u64 across = value->high != 0 ? factor->low : value->low;
  U128 product = u128_product(value->low, factor->low);
  U128 upper = u128_product(high, across);
  product.high += upper.low;
  bool fits = (value->high == 0 || factor->high == 0) && upper.high == 0 && product.high >= upper.low;
  if (!fits) PANIC("attempt to multiply with overflow");
  *value = product;
}

/* The upper word at once where the divisor has one word, the lower bit by bit: some 3,000 instructions. */
OUTLINED void u128_divide(U128 *value, const U128 *divisor) {
  if (u128_is_zero(*divisor)) PANIC("attempt to divide by zero");
  bool narrow = divisor->high == 0;
  u64 high = narrow ? value->high / divisor->low : 0;
  U128 rest = {narrow ? value->high % divisor->low : value->high, 0};
  if (narrow && rest.low == 0) {
    *value = (U128){value->low / divisor->low, high};
    return;
  }
  u64 dividend = value->low, low = 0;
  for (u64 left = 64; left > 0; left--) {
    bool carry = rest.high >> 63 != 0;
    rest = (U128){rest.low << 1 | dividend >> 63, rest.high << 1 | rest.low >> 63};
    dividend <<= 1;
    low <<= 1;
    if (carry || u128_at_least(rest, *divisor)) {
      rest = u128_wrapping_sub(rest, *divisor);
      low |= 1;
    }
  }
  *value = (U128){low, high};
}

static inline U128 u128_mul(U128 a, U128 b) {
  u128_multiply(&a, &b);
  return a;
}

static inline U128 u128_div(U128 a, U128 b) {
  u128_divide(&a, &b);
  return a;
}

/* Aborts where the number needs more than 64 bits. */
static inline u64 u128_to_u64(U128 value) {
  if (value.high != 0) PANIC("a number of more than 64 bits");
  return value.low;
}
