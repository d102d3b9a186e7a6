/**
 * Reads a transaction error out of the text that LiteSVM prints for debugging. The localnet reads it from numbers by
 * tables of its own, which this must not share.
 *
 * @throws Error when the text is of a kind that is not known here.
 */
export function readDebugError(text: string): unknown {
  const [, error] = /FailedTransactionMetadata \{ err: (.+?), meta: TransactionMetadata/.exec(text) ?? [];
  if (error === undefined) throw new Error(`no error in ${text.slice(0, 200)}`);
  if (/^\w+$/.test(error)) return error;
  const [, instruction, reason] = /^InstructionError\((\d+), (.+)\)$/.exec(error) ?? [];
  if (reason !== undefined) return { InstructionError: [Number(instruction), readReason(reason)] };
  const [, kind, account] = /^(\w+) \{ account_index: (\d+) \}$/.exec(error) ?? [];
  if (kind !== undefined) return { [kind]: { account_index: Number(account) } };
  const [, duplicate] = /^DuplicateInstruction\((\d+)\)$/.exec(error) ?? [];
  if (duplicate !== undefined) return { DuplicateInstruction: Number(duplicate) };
  throw new Error(`an error of an unknown kind: ${error}`);
}

function readReason(reason: string): unknown {
  const [, code] = /^Custom\((\d+)\)$/.exec(reason) ?? [];
  return code === undefined ? reason : { Custom: Number(code) };
}

/** Reads the fee, which LiteSVM tells nowhere else. */
export function readDebugFee(text: string): bigint {
  const [, fee] = /, fee: (\d+)[ })]*$/.exec(text) ?? [];
  if (fee === undefined) throw new Error(`no fee in ${text.slice(-200)}`);
  return BigInt(fee);
}
