/** A command line that cannot be followed; the message says what is wrong with it and what is valid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
