/** Receives what the localnet has to say; `details` are plain JSON values. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  details?: Record<string, unknown>,
) => void;

/** Says nothing. */
export const silentLog: Log = () => undefined;
