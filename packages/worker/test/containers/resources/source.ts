import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of files on this machine, where the real ones cannot be reached by tests. */
export interface Source {
  readonly url: string;
  /** What was asked for: path and query, and the first byte where that is not the first of all. */
  readonly asked: readonly string[];
  /** Cuts the connection after so many bytes of a file, the next so many times. */
  cut(path: string, afterBytes: number, times: number): void;
  close(): Promise<void>;
}

export type SendFile = (name: string, body: Buffer, headers?: Record<string, string>) => void;

/**
 * Starts one.
 * @param answer is given the way to send a file, with ranges
 */
export async function startSource(
  answer: (url: URL, request: IncomingMessage, response: ServerResponse, send: SendFile) => void,
): Promise<Source> {
  const asked: string[] = [];
  const cuts = new Map<string, { after: number; times: number }>();
  const server = createServer((request, response) => {
    const { range } = request.headers;
    const from = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    asked.push(`${request.url}${from > 0 ? ` from ${from}` : ''}`);
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    answer(url, request, response, (name, body, headers = {}) => {
      response.writeHead(from > 0 ? 206 : 200, {
        ...headers,
        'content-length': body.length - from,
        ...(from > 0 && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
      });
      const cut = cuts.get(name);
      if (cut === undefined || cut.times === 0) return void response.end(body.subarray(from));
      cut.times -= 1;
      response.write(body.subarray(from, from + cut.after), () => response.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    cut: (path, after, times) => void cuts.set(path, { after, times }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
