/* Time and rent, as the runtime's sysvars state them. */
#pragma once
#include "sdk/math.h"

/* Unix seconds of the current slot. */
static inline i64 now(void) {
  Clock clock;
  if (sol_get_clock_sysvar(&clock) != 0) PANIC("no clock sysvar");
  return clock.unix_timestamp;
}

/* Lamports that make an account of `size` bytes rent exempt. */
OUTLINED u64 rent_minimum(u64 size) {
  Rent rent;
  if (sol_get_rent_sysvar(&rent) != 0) PANIC("no rent sysvar");
  u64 per_year = checked_mul(checked_add(size, 128), rent.lamports_per_byte_year);
  /* There is no floating point here. Clusters use 2.0 and are moving to 1.0; a power of two is a shift. */
  u64 exponent = rent.exemption_threshold_bits >> 52;
  if (exponent < 1023 || exponent > 1033 || rent.exemption_threshold_bits << 12 != 0)
    PANIC("a rent exemption threshold that is not a small power of two");
  return checked_mul(per_year, 1ULL << (exponent - 1023));
}
