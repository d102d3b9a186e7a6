/* The network's staking program: tokens locked for a time, which count for more the longer it is. */
#include "staking/instructions/close.h"
#include "staking/instructions/extend.h"
#include "staking/instructions/init.h"
#include "staking/instructions/restake.h"
#include "staking/instructions/slash.h"
#include "staking/instructions/stake.h"
#include "staking/instructions/topup.h"
#include "staking/instructions/unstake.h"
#include "staking/instructions/update_settings.h"
#include "staking/instructions/withdraw.h"

static const InstructionSpec INSTRUCTIONS[] = {
    {"Init", {220, 59, 207, 236, 108, 250, 47, 100}, 0, ACCOUNTS(INIT_ACCOUNTS), init_settings, NULL},
    {"Stake", {206, 176, 202, 18, 200, 209, 179, 108}, NEW_ARGS_LEN, ACCOUNTS(NEW_ACCOUNTS), new_stake, NULL},
    {"Unstake", {90, 95, 107, 42, 205, 124, 50, 225}, 0, ACCOUNTS(UNSTAKE_ACCOUNTS), unstake_stake, NULL},
    {"Restake", {97, 161, 241, 167, 6, 32, 213, 53}, 0, ACCOUNTS(RESTAKE_ACCOUNTS), restake_stake, NULL},
    {"Topup",
     {126, 42, 49, 78, 225, 151, 99, 77},
     TOPUP_ARGS_LEN,
     ACCOUNTS(TOPUP_ACCOUNTS),
     topup_stake,
     NULL},
    {"Extend",
     {228, 127, 0, 1, 227, 154, 54, 168},
     EXTEND_ARGS_LEN,
     ACCOUNTS(EXTEND_ACCOUNTS),
     extend_stake,
     NULL},
    {"Close", {98, 165, 201, 177, 108, 65, 206, 96}, 0, ACCOUNTS(CLOSE_ACCOUNTS), close_stake, NULL},
    {"Withdraw", {183, 18, 70, 156, 148, 109, 161, 34}, 0, ACCOUNTS(WITHDRAW_ACCOUNTS), withdraw_stake, NULL},
    {"Slash",
     {204, 141, 18, 161, 8, 177, 92, 142},
     SLASH_ARGS_LEN,
     ACCOUNTS(SLASH_ACCOUNTS),
     slash_stake,
     NULL},
    {"UpdateSettings",
     {81, 166, 51, 213, 158, 84, 157, 108},
     0,
     ACCOUNTS(UPDATE_SETTINGS_ACCOUNTS),
     update_settings,
     NULL},
};

Result entrypoint(u8 *input) {
  return run_program(input, INSTRUCTIONS, sizeof INSTRUCTIONS / sizeof INSTRUCTIONS[0]);
}
