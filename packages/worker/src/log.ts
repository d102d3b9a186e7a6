import type { Logger as PinoLogger } from 'pino';

/** Structured log: fields first, then a plain sentence. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;
