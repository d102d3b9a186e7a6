import type { Server } from 'node:http';

/**
 * Starts listening.
 *
 * @returns The port, which is chosen by the system when 0 is asked for.
 * @throws Error that says what is wrong with the port.
 */
export function listen(server: Server, host: string, port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? 'it is taken by another program'
          : error.code === 'EACCES'
            ? 'this user may not listen there'
            : error.message;
      reject(
        new Error(`Cannot listen on ${host}:${port} for ${purpose}: ${reason}. Choose another port.`, {
          cause: error,
        }),
      );
    });
    server.listen(port, host, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

/** Stops listening and cuts the open connections. */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
