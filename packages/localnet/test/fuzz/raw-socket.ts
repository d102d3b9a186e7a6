import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection on which a test writes whatever it likes. */
export interface RawSocket {
  write(bytes: Uint8Array | string): void;
  /** Ends the test's half of the connection. */
  end(): void;
  /** Cuts the connection off. */
  abort(): void;
  /** Everything that came so far. */
  received(): Buffer;
  /** Resolves when `enough` holds of what came, or when the connection is closed. */
  wait(enough: (received: Buffer) => boolean, patienceMs?: number): Promise<Buffer>;
  /** Resolves to everything that came once the other side has closed the connection. */
  closed(patienceMs: number): Promise<Buffer>;
}

/** No reaction for so long counts as none at all. */
const HANG_MS = 30_000;

export async function openRaw(port: number): Promise<RawSocket> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  let over = false;
  let look = (): void => undefined;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    look();
  });
  socket.on('close', () => {
    over = true;
    look();
  });
  // A reset is one way in which the other side ends a connection.
  socket.on('error', () => undefined);
  const received = (): Buffer => Buffer.concat(chunks);

  const wait: RawSocket['wait'] = (enough, patienceMs = HANG_MS) =>
    new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        const text = received().toString('latin1').slice(0, 200);
        socket.destroy();
        reject(new Error(`no reaction within ${patienceMs} ms; so far came: ${JSON.stringify(text)}`));
      }, patienceMs);
      look = () => {
        if (!over && !enough(received())) return;
        clearTimeout(deadline);
        look = () => undefined;
        resolve(received());
      };
      look();
    });

  return {
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    abort: () => void socket.resetAndDestroy(),
    received,
    wait,
    closed: (patienceMs) => wait(() => false, patienceMs),
  };
}
