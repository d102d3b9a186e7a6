/* Countries that a node can be in: the 249 numeric codes of ISO 3166-1. */
#pragma once
#include "sdk/types.h"

/* Bit n modulo 64 of word n / 64 says whether n is a country. */
static const u64 COUNTRIES[14] = {
    0x111d111191111510, 0x1111111114501551, 0x9114c44451111110, 0x4544c78444511811, 0x1111111100185454,
    0x1111111111115111, 0x4544544645114111, 0x111d101144444444, 0x4444441010e91111, 0x44451111114087b4,
    0xc045444444d8504c, 0x1511111013101047, 0x8404009159111111, 0x4084100054440107,
};

static inline bool is_country(u16 code) {
  u64 index = code >> 6;
  return index < sizeof COUNTRIES / sizeof COUNTRIES[0] && (COUNTRIES[index] >> (code & 63) & 1) != 0;
}
