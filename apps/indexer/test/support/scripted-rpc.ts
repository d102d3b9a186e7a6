import { createServer, type ServerResponse } from 'node:http';

/** A JSON-RPC error to answer with. */
export class SaidError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ScriptedCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A JSON-RPC server that does as a test says. */
export interface ScriptedRpc {
  readonly url: string;
  /** Calls that it was sent, batches taken apart. */
  readonly calls: ScriptedCall[];
  /** Gives the result of a call, or a promise of it. @throws SaidError */
  answer: (call: ScriptedCall) => unknown;
  /** Answers a whole request in some other way; false: not this one. */
  intercept: (response: ServerResponse, calls: readonly ScriptedCall[]) => boolean;
  /** Requests that arrived and are not answered. */
  readonly open: number;
  close(): Promise<void>;
}

interface Request extends ScriptedCall {
  readonly id: number;
}

export async function startScriptedRpc(
  answer: ScriptedRpc['answer'],
  { path = '/', latencyMs = 0 }: { path?: string; latencyMs?: number } = {},
): Promise<ScriptedRpc> {
  const calls: ScriptedCall[] = [];
  let open = 0;
  const reply = async (request: Request): Promise<object> => {
    try {
      return { jsonrpc: '2.0', id: request.id, result: await rpc.answer(request) };
    } catch (error) {
      if (!(error instanceof SaidError)) throw error;
      return { jsonrpc: '2.0', id: request.id, error: { code: error.code, message: error.message } };
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    open++;
    response.on('close', () => open--);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Request | Request[];
      const requests = Array.isArray(body) ? body : [body];
      calls.push(...requests.map(({ method, params }) => ({ method, params })));
      setTimeout(() => {
        if (rpc.intercept(response, requests)) return;
        Promise.all(requests.map(reply)).then(
          (answers) => {
            response.setHeader('content-type', 'application/json');
            response.end(JSON.stringify(Array.isArray(body) ? answers : answers[0]));
          },
          () => response.destroy(),
        );
      }, latencyMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const rpc: ScriptedRpc = {
    url: `http://127.0.0.1:${port}${path}`,
    calls,
    answer,
    intercept: () => false,
    get open() {
      return open;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return rpc;
}

/** A status without a body, for `intercept`. */
export const withStatus =
  (status: number, headers: Record<string, string> = {}): ScriptedRpc['intercept'] =>
  (response) => {
    response.writeHead(status, headers).end();
    return true;
  };
