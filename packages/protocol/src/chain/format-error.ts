/**
 * malformed: not what Solana's JSON-RPC answers.
 * missing_meta: the node kept no metadata, so success and inner instructions are unknown; another node may know.
 * unsupported_version: a transaction version that this code does not read.
 */
export type TransactionFormatCode = 'malformed' | 'missing_meta' | 'unsupported_version';

/** An RPC answer that cannot be read as a transaction. The message names the place and what is valid there. */
export class TransactionFormatError extends Error {
  override readonly name = 'TransactionFormatError';

  constructor(
    readonly code: TransactionFormatCode,
    /** Where in the answer, like `meta.innerInstructions[0].index`. */
    readonly path: string,
    expected: string,
  ) {
    super(`transaction ${path}: expected ${expected}`);
  }
}

export const malformed = (path: string, expected: string) =>
  new TransactionFormatError('malformed', path, expected);
