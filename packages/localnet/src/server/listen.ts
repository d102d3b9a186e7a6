import type { Server } from 'node:http';

/**
 * Starts listening.
 *
 * @returns The port, which is chosen by the system when 0 is asked for.
 * @throws Error that says what is wrong with the port.
 */
export function listen(server: Server, host: string, port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenFailure(error, host, port, purpose)));
    server.listen(port, host, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

/** Says in words why a server cannot listen where it should; any other failure is returned as it is. */
export function listenFailure(error: unknown, host: string, port: number, purpose: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!(error instanceof Error) || typeof code !== 'string') return error;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'it is taken by another program',
    EACCES: 'this user may not listen there',
  };
  const reason = reasons[code] ?? error.message;
  return new Error(`Cannot listen on ${host}:${port} for ${purpose}: ${reason}. Choose another port.`, {
    cause: error,
  });
}

/** Time that requests in progress get to be answered. */
const DRAIN_MS = 2_000;
const DRAIN_CHECK_MS = 10;

/** Stops listening, lets requests in progress be answered and cuts what is open after two seconds. */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Connections that were busy when the server closed stay open once they are idle, unless they are swept.
    const sweep = setInterval(() => server.closeIdleConnections(), DRAIN_CHECK_MS);
    const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(deadline);
      resolve();
    });
  });
}
