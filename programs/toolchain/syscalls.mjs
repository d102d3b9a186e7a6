/**
 * Functions of the runtime that programs may call. A name that is neither here nor in the program is a mistake, or a
 * call that the compiler made up (memcpy, __multi3, ...), and would fail only when it is deployed.
 */
export const SYSCALLS = new Set([
  'abort',
  'sol_create_program_address',
  'sol_get_clock_sysvar',
  'sol_get_rent_sysvar',
  'sol_invoke_signed_c',
  'sol_log_',
  'sol_log_pubkey',
  'sol_memmove_',
  'sol_try_find_program_address',
]);
