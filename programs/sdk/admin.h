/* The key that governs the network: it closes and cleans in markets, audits nodes, and slashes stakes at
 * first. */
#pragma once
#include "ids.h"
#include "sdk/program.h"

static inline const Pubkey *network_admin(void) {
  const Pubkey *admin = &NETWORK_ADMIN;
  /* Hidden from the compiler, so that the key is read from the binary's constants: see README, network admin.
   */
  __asm__("" : "+r"(admin));
  return admin;
}

static inline Result check_network_admin(const Context *context, u64 index) {
  return check_key(context, index, network_admin(), &UNAUTHORIZED);
}
