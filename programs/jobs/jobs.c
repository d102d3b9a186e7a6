/* The network's jobs program: its instructions, by discriminator (the first 8 bytes of the instruction data).
 */
#include "jobs/instructions/assign.h"
#include "jobs/instructions/claim.h"
#include "jobs/instructions/clean.h"
#include "jobs/instructions/close.h"
#include "jobs/instructions/complete.h"
#include "jobs/instructions/delist.h"
#include "jobs/instructions/end.h"
#include "jobs/instructions/extend.h"
#include "jobs/instructions/finish.h"
#include "jobs/instructions/list.h"
#include "jobs/instructions/open.h"
#include "jobs/instructions/quit.h"
#include "jobs/instructions/recover.h"
#include "jobs/instructions/stop.h"
#include "jobs/instructions/update.h"
#include "jobs/instructions/work.h"

static const InstructionSpec INSTRUCTIONS[] = {
    {"Open", {228, 220, 155, 71, 199, 189, 60, 45}, OPEN_ARGS_LEN, ACCOUNTS(OPEN_ACCOUNTS), open_market},
    {"Update",
     {219, 200, 88, 176, 158, 63, 253, 127},
     UPDATE_ARGS_LEN,
     ACCOUNTS(UPDATE_ACCOUNTS),
     update_market},
    {"Close", {98, 165, 201, 177, 108, 65, 206, 96}, 0, ACCOUNTS(CLOSE_ACCOUNTS), close_market},
    {"CloseAdmin", {202, 182, 185, 142, 208, 161, 145, 189}, 0, ACCOUNTS(CLOSE_ADMIN_ACCOUNTS), close_market},
    {"List", {54, 174, 193, 67, 17, 41, 132, 38}, LIST_ARGS_LEN, ACCOUNTS(LIST_ACCOUNTS), list_job},
    {"Assign", {73, 66, 125, 203, 81, 41, 64, 135}, ASSIGN_ARGS_LEN, ACCOUNTS(ASSIGN_ACCOUNTS), assign_job},
    {"Delist", {55, 136, 205, 107, 107, 173, 4, 31}, 0, ACCOUNTS(DELIST_ACCOUNTS), delist_job},
    {"Extend", {228, 127, 0, 1, 227, 154, 54, 168}, EXTEND_ARGS_LEN, ACCOUNTS(EXTEND_ACCOUNTS), extend_job},
    {"End", {180, 160, 249, 217, 194, 121, 70, 16}, 0, ACCOUNTS(END_ACCOUNTS), end_job},
    {"Recover", {108, 216, 38, 58, 109, 146, 116, 17}, 0, ACCOUNTS(RECOVER_ACCOUNTS), recover_job},
    {"Work", {15, 67, 45, 195, 215, 137, 229, 47}, 0, ACCOUNTS(WORK_ACCOUNTS), work_node},
    {"Stop", {42, 133, 32, 60, 171, 253, 184, 155}, 0, ACCOUNTS(STOP_ACCOUNTS), stop_node},
    {"Claim", {62, 198, 214, 193, 213, 159, 108, 210}, 0, ACCOUNTS(CLAIM_ACCOUNTS), claim_job},
    {"Finish", {67, 74, 170, 132, 125, 233, 182, 37}, FINISH_ARGS_LEN, ACCOUNTS(FINISH_ACCOUNTS), finish_job},
    {"Complete",
     {0, 77, 224, 147, 136, 25, 88, 76},
     COMPLETE_ARGS_LEN,
     ACCOUNTS(COMPLETE_ACCOUNTS),
     complete_job},
    {"Quit", {191, 103, 141, 240, 80, 129, 103, 153}, 0, ACCOUNTS(QUIT_ACCOUNTS), quit_run},
    {"QuitAdmin", {103, 238, 110, 8, 182, 20, 56, 196}, 0, ACCOUNTS(QUIT_ADMIN_ACCOUNTS), quit_admin_run},
    {"Clean", {250, 191, 56, 128, 150, 251, 1, 103}, 0, ACCOUNTS(CLEAN_ACCOUNTS), clean_job},
    {"CleanAdmin", {245, 90, 188, 68, 253, 235, 171, 105}, 0, ACCOUNTS(CLEAN_ADMIN_ACCOUNTS), clean_job},
};

Result entrypoint(u8 *input) {
  return run_program(input, INSTRUCTIONS, sizeof INSTRUCTIONS / sizeof INSTRUCTIONS[0]);
}
