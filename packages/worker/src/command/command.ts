/** A command line that cannot be understood; the message says what is valid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One of the worker's subcommands. */
export interface Command {
  /** One line. */
  readonly summary: string;
  readonly help: string;
  /**
   * @returns the exit code
   * @throws UsageError for a wrong command line; any other Error with a message for the operator
   */
  readonly run: (argv: readonly string[]) => Promise<number>;
}
