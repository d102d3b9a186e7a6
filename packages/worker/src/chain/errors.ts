import {
  getSolanaErrorFromTransactionError,
  isSolanaError,
  SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
  SOLANA_ERROR__TRANSACTION_ERROR__ALREADY_PROCESSED,
  SOLANA_ERROR__TRANSACTION_ERROR__BLOCKHASH_NOT_FOUND,
} from '@solana/kit';

/** The chain looked at a transaction and refused it: sending the same again is no use. */
export class TransactionRejected extends Error {
  override readonly name = 'TransactionRejected';
  constructor(
    /** What was being done, such as `finish`. */
    readonly action: string,
    /** The program's name for the error, such as `NodeAlreadyQueued`, if it gave one. */
    readonly errorName: string | undefined,
    readonly errorNumber: number | undefined,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${action} was refused: ${detail}`, options);
  }
}

/** A transaction did not land before its blockhash expired, and cannot land any more. */
export class TransactionExpired extends Error {
  override readonly name = 'TransactionExpired';
  constructor(readonly action: string) {
    super(`${action} was not included in time; it can no longer be`);
  }
}

interface ProgramError {
  /** The account that it is about, by its name in the program. */
  account: string | undefined;
  name: string;
  number: number;
  message: string;
}

/** Reads the error line that Anchor programs log. */
export function programErrorFromLogs(logs: readonly string[] | null | undefined): ProgramError | undefined {
  for (const line of logs ?? []) {
    const match = /Error Code: (\w+)\. Error Number: (\d+)\. Error Message: (.*?)\.?$/.exec(line);
    if (match?.[1] && match[2] && match[3] !== undefined) {
      const account = /caused by account: (\w+)\./.exec(line)?.[1];
      return { account, name: match[1], number: Number(match[2]), message: match[3] };
    }
  }
  return undefined;
}

/** Builds the refusal from a program's logs, falling back to the bare error. */
export function rejectionOf(
  action: string,
  error: unknown,
  logs: readonly string[] | null | undefined,
): TransactionRejected {
  const known = programErrorFromLogs(logs);
  if (known) {
    const about = known.account === undefined ? '' : ` [account ${known.account}]`;
    const detail = `${known.name} (${known.number}): ${known.message}${about}`;
    return new TransactionRejected(action, known.name, known.number, detail, { cause: error });
  }
  const number = isSolanaError(error, SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM)
    ? error.context.code
    : undefined;
  const detail = error instanceof Error ? error.message : String(error);
  return new TransactionRejected(action, undefined, number, detail, { cause: error });
}

/** The error of a landed transaction's status. */
export function statusError(error: Parameters<typeof getSolanaErrorFromTransactionError>[0]): Error {
  return getSolanaErrorFromTransactionError(error);
}

export type SendFailure =
  | { kind: 'rejected'; rejection: TransactionRejected }
  | { kind: 'stale_blockhash' }
  | { kind: 'already_processed' }
  | { kind: 'transport' };

/** Tells refusals by the chain from trouble on the way to it. */
export function classifySendError(action: string, error: unknown): SendFailure {
  if (!isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE)) {
    return { kind: 'transport' };
  }
  if (isSolanaError(error.cause, SOLANA_ERROR__TRANSACTION_ERROR__BLOCKHASH_NOT_FOUND)) {
    return { kind: 'stale_blockhash' };
  }
  if (isSolanaError(error.cause, SOLANA_ERROR__TRANSACTION_ERROR__ALREADY_PROCESSED)) {
    return { kind: 'already_processed' };
  }
  return { kind: 'rejected', rejection: rejectionOf(action, error.cause ?? error, error.context.logs) };
}
