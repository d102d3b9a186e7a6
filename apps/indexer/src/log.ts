import pino, { type Logger } from 'pino';

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>;

/** JSON lines on stderr; stdout is for what other programs read. */
export function createLog(level: string): Logger {
  return pino({ name: 'indexer', level }, pino.destination({ dest: 2, sync: true }));
}
