import { createServer } from 'node:net';
import getPort, { portNumbers } from 'get-port';

class PortTakenError extends Error {
  constructor(port: number, what: string, option: string) {
    super(
      `Port ${port} for ${what} is taken by another program. Stop that one, or choose another with ${option}.`,
    );
    this.name = 'PortTakenError';
  }
}

const HOST = '127.0.0.1';

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}

/** `wanted` if it was asked for (throws PortTakenError when taken), else the first free one from `preferred` on. */
export async function choosePort(
  wanted: number | null,
  preferred: number,
  what: string,
  option: string,
  exclude: readonly number[] = [],
): Promise<number> {
  if (wanted !== null) {
    if (await isFree(wanted)) return wanted;
    throw new PortTakenError(wanted, what, option);
  }
  return getPort({ host: HOST, port: portNumbers(preferred, preferred + 99), exclude });
}

/** Two neighbouring free ports: clients derive the websocket's from the RPC's by adding one. */
export async function choosePortPair(
  wanted: number | null,
  preferred: number,
  what: string,
  option: string,
): Promise<number> {
  if (wanted !== null) {
    for (const port of [wanted, wanted + 1]) {
      if (!(await isFree(port))) throw new PortTakenError(port, what, option);
    }
    return wanted;
  }
  for (let port = preferred; port < preferred + 200; port += 2) {
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new PortTakenError(preferred, what, option);
}
