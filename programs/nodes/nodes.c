/* The network's nodes program: what nodes say of their machines. */
#include "nodes/instructions/audit.h"
#include "nodes/instructions/register.h"
#include "nodes/instructions/update.h"

static const InstructionSpec INSTRUCTIONS[] = {
    {"Register",
     {211, 124, 67, 15, 211, 194, 178, 240},
     VALUES_FIXED_LEN,
     ACCOUNTS(REGISTER_ACCOUNTS),
     register_node,
     read_values},
    {"Update",
     {219, 200, 88, 176, 158, 63, 253, 127},
     VALUES_FIXED_LEN,
     ACCOUNTS(UPDATE_ACCOUNTS),
     update_node,
     read_values},
    {"Audit", {115, 235, 38, 1, 115, 58, 218, 81}, 1, ACCOUNTS(AUDIT_ACCOUNTS), audit_node, audit_read_args},
};

Result entrypoint(u8 *input) {
  return run_program(input, INSTRUCTIONS, sizeof INSTRUCTIONS / sizeof INSTRUCTIONS[0]);
}
