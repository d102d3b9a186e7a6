import { type Logger as PinoLogger, pino } from 'pino';

/** Structured log: fields first, then a plain sentence. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

/** JSON lines on standard output; `fields` stand in every one. */
export function createLog(level: string, fields: object): Logger {
  return pino({ level, base: fields, serializers: { err: describeError } }, pino.destination({ sync: true }));
}

const MAX_CAUSES = 5;

/**
 * An error as the log shows it. Pino's own way marks the errors that it meets, which throws on those of the Solana library:
 * they may be frozen.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? { code: error.code } : {};
  const cause =
    error.cause === undefined || depth === MAX_CAUSES ? {} : { cause: describeError(error.cause, depth + 1) };
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}
