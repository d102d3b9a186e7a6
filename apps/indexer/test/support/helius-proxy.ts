import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A page of getTransactionsForAddress, as far as tests change it. */
export interface RawPage {
  readonly data: readonly { readonly transaction: { readonly signatures: readonly string[] } }[];
  readonly paginationToken: string | null;
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly [string, { readonly limit?: number }];
}

/** A real RPC whose getTransactionsForAddress lies as a test says. */
export interface HeliusProxy {
  readonly url: string;
  change: (page: RawPage) => RawPage;
  /** Larger pages are refused. */
  largest: number;
  /** The method is not known. */
  unknown: boolean;
  /** Page sizes that were asked for. */
  readonly limits: number[];
  /** The address of the same RPC, whose results of some calls are empty lists. */
  faulty(isEmpty: (method: string) => boolean): Promise<string>;
  reset(): void;
  close(): Promise<void>;
}

export async function startHeliusProxy(upstream: string): Promise<HeliusProxy> {
  const limits: number[] = [];
  let isEmpty: (method: string) => boolean = () => false;

  const forward = async (call: Call): Promise<object> => {
    const isPage = call.method === 'getTransactionsForAddress';
    const limit = call.params[1]?.limit ?? 0;
    if (isPage) limits.push(limit);
    const refuse = (code: number, message: string): object => ({
      jsonrpc: '2.0',
      id: call.id,
      error: { code, message },
    });
    if (isPage && proxy.unknown) return refuse(-32_601, 'Method not found');
    if (isPage && limit > proxy.largest) return refuse(-32_602, 'limit is too large');
    const response = await fetch(upstream, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
    });
    const answer = (await response.json()) as { result?: unknown };
    if (isPage && answer.result !== undefined)
      return { ...answer, result: proxy.change(answer.result as RawPage) };
    return Array.isArray(answer.result) && isEmpty(call.method) ? { ...answer, result: [] } : answer;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Call | Call[];
    const answers = Array.isArray(body) ? await Promise.all(body.map(forward)) : await forward(body);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy: HeliusProxy = {
    url: `http://127.0.0.1:${port}`,
    change: (page) => page,
    largest: 1_000,
    unknown: false,
    limits,
    async faulty(when) {
      isEmpty = when;
      return proxy.url;
    },
    reset() {
      proxy.change = (page) => page;
      proxy.largest = 1_000;
      proxy.unknown = false;
      limits.length = 0;
      isEmpty = () => false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}
