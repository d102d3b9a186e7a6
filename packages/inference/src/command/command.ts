/** A command that was called in a way that it does not know. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Command {
  /** One line. */
  readonly summary: string;
  readonly help: string;
  /** @returns the exit code. @throws UsageError, InferenceError */
  readonly run: (argv: readonly string[]) => Promise<number>;
}
