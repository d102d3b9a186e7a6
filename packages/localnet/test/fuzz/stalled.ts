import type { Verdict } from './judge.js';
import { openRaw, type RawSocket } from './raw-socket.js';

/** A connection that sent a part of a request and then nothing more. */
export interface Stalled {
  /** Resolves to what is wrong with how the server got rid of it. */
  verdict(): Promise<Verdict>;
}

/** A request has 30 seconds to arrive, and every 30 seconds those that are late are looked for. */
const PATIENCE_MS = 90_000;

const PARTS = [
  'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Len',
  'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"jsonrpc"',
  'POST /faucet HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
  'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-Web',
];

/** Opens a connection for each way of stopping in the middle of a request. */
export async function stall(port: number): Promise<Stalled[]> {
  return Promise.all(
    PARTS.map(async (part) => {
      const socket: RawSocket = await openRaw(port);
      socket.write(part);
      return {
        async verdict() {
          const answer = (await socket.closed(PATIENCE_MS)).toString('latin1');
          return /^HTTP\/1\.1 408 /.test(answer)
            ? null
            : `a request that stopped after ${JSON.stringify(part.slice(-20))} got ${JSON.stringify(answer.slice(0, 100))}`;
        },
      };
    }),
  );
}
