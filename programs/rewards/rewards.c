/* The network's rewards program: fees for those who have staked, in proportion to their scores. */
#include "rewards/instructions/add_fee.h"
#include "rewards/instructions/claim.h"
#include "rewards/instructions/close.h"
#include "rewards/instructions/enter.h"
#include "rewards/instructions/init.h"
#include "rewards/instructions/sync.h"

static const InstructionSpec INSTRUCTIONS[] = {
    {"Init", {220, 59, 207, 236, 108, 250, 47, 100}, 0, ACCOUNTS(INIT_ACCOUNTS), init_pool, NULL},
    {"Enter", {139, 49, 209, 114, 88, 91, 77, 134}, 0, ACCOUNTS(ENTER_ACCOUNTS), enter_pool, NULL},
    {"AddFee", {67, 225, 189, 212, 253, 123, 76, 112}, FEE_ARGS_LEN, ACCOUNTS(FEE_ACCOUNTS), add_fee, NULL},
    {"Claim", {62, 198, 214, 193, 213, 159, 108, 210}, 0, ACCOUNTS(CLAIM_ACCOUNTS), claim_reward, NULL},
    {"Sync", {4, 219, 40, 164, 21, 157, 189, 88}, 0, ACCOUNTS(SYNC_ACCOUNTS), sync_reward, NULL},
    {"Close", {98, 165, 201, 177, 108, 65, 206, 96}, 0, ACCOUNTS(CLOSE_ACCOUNTS), close_reward, NULL},
};

Result entrypoint(u8 *input) {
  return run_program(input, INSTRUCTIONS, sizeof INSTRUCTIONS / sizeof INSTRUCTIONS[0]);
}
