import { createServer } from 'node:net';

/** Whether a TCP port of the loopback interface can be bound now. */
function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A free port: the wanted one, else the next free one above it; any where none is wanted. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined) {
    for (let port = wanted; port < Math.min(wanted + 100, 65_536); port++) {
      if (await isPortFree(port)) return port;
    }
  }
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('the system gave no port')),
      );
    });
  });
}
