import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Tells whether a request was made on this computer by its user: from a loopback address, and not by a page of some
 * web site in the user's browser.
 */
export function isLocal(request: IncomingMessage): boolean {
  if (!LOOPBACK.test(request.socket.remoteAddress ?? '')) return false;
  const { origin } = request.headers;
  if (origin === undefined) return true;
  try {
    return LOOPBACK_NAMES.has(new URL(origin).hostname);
  } catch {
    return false;
  }
}
