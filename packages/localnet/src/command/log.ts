import type { WriteStream } from 'node:tty';
import type { Log } from '../log.js';

/** Writes a plain line for a person at a terminal, and JSON lines into a file or pipe. */
export function terminalLog(stream: Pick<WriteStream, 'write' | 'isTTY'>): Log {
  if (!stream.isTTY) {
    return (level, message, details) => {
      stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...details })}\n`);
    };
  }
  return (level, message, details = {}) => {
    const more = Object.entries(details).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
    stream.write(`${new Date().toISOString().slice(11, 19)} ${level}: ${message}${more.join('')}\n`);
  };
}
