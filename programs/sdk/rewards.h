/* The rewards program's accounts, which instructions that once took a fee still carry. */
#pragma once
#include "sdk/load.h"

enum { REFLECTION_END = 89 };
static const u8 REFLECTION_DISCRIMINATOR[8] = {205, 153, 160, 54, 239, 26, 219, 188};

SHARED Result load_reflection(Context *context, u64 index) {
  return load_state(context, index, &REWARDS_PROGRAM, REFLECTION_DISCRIMINATOR, REFLECTION_END);
}

SHARED Result load_rewards_program(Context *context, u64 index) {
  return load_program(context, index, &REWARDS_PROGRAM);
}
