import { isIPv6 } from 'node:net';

/** What of a server is needed to let it listen. */
export interface Listener {
  listen(where: { host: string; port: number }): Promise<unknown>;
  close(): PromiseLike<unknown>;
  readonly server: { address(): unknown };
}

/** Where a server listens. */
export interface Listening {
  readonly url: string;
  /** The port that was asked for, or the one that 0 came to. */
  readonly port: number;
}

/**
 * Lets a server listen; one that cannot is closed.
 * @throws Error if the port is taken
 */
export async function listenAt(server: Listener, host: string, port: number): Promise<Listening> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw error;
  }
  const address = server.server.address();
  const bound =
    typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : port;
  return { url: `http://${isIPv6(host) ? `[${host}]` : host}:${bound}`, port: bound };
}
