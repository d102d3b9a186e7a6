/* For the tests of sdk/u128.h: one operation on two numbers. Arguments: operation u8, left u128, right u128. The
 * result goes into the first account. */
#include "sdk/program.h"
#include "sdk/u128.h"

static Result calculate(Context *context) {
  U128 left = load_u128(context->args + 1), right = load_u128(context->args + 17), result = {0, 0};
  switch (context->args[0]) {
  case 0:
    result = u128_add(left, right);
    break;
  case 1:
    result = u128_sub(left, right);
    break;
  case 2:
    result = u128_mul(left, right);
    break;
  case 3:
    result = u128_div(left, right);
    break;
  case 4:
    result = u128_of(u128_at_least(left, right));
    break;
  default:
    result = u128_of(u128_to_u64(left));
  }
  store_u128(data_of(context, 0), result);
  return OK;
}

static const AccountSpec ACCOUNT[] = {{.name = "result", .writable = true}};
static const InstructionSpec INSTRUCTIONS[] = {{"Calculate", {0}, 33, ACCOUNTS(ACCOUNT), calculate, NULL}};

Result entrypoint(u8 *input) { return run_program(input, INSTRUCTIONS, 1); }
