/** Says in words why a store cannot be used. */
export function explainOpenFailure(directory: string, error: unknown): Error {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'LEVEL_LOCKED') {
    return new Error(
      `Another process is using the localnet data in ${directory}; stop it or choose another folder.`,
      {
        cause: error,
      },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(error);
  return new Error(`The localnet data in ${directory} cannot be opened: ${reason}`, { cause: error });
}
