import { Agent, request } from 'node:http';

/** JSON-RPC over a fixed number of connections that stay open. */
export interface BenchRpc {
  /** @throws Error with the answer when it is an error. */
  call(method: string, params?: readonly unknown[]): Promise<unknown>;
  /** Several calls in one request; results in the order of the calls. @throws Error when one of them failed. */
  batch(calls: readonly RpcCall[]): Promise<unknown[]>;
  close(): void;
}

export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Creates a client that takes little of the machine's time: the server under test shares it. */
export function createBenchRpc(url: string, connections: number): BenchRpc {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const post = (body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const sent = request(url, { method: 'POST', agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const read = (answer: Answer): unknown => {
    if (answer.error !== undefined) throw new Error(`the RPC refused: ${JSON.stringify(answer.error)}`);
    return answer.result;
  };
  return {
    async call(method, params = []) {
      return read(
        JSON.parse(await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))) as Answer,
      );
    },
    async batch(calls) {
      const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call })));
      const answers = JSON.parse(await post(body)) as Answer[] | Answer;
      if (!Array.isArray(answers)) return [read(answers)];
      return answers.sort((a, b) => a.id - b.id).map(read);
    },
    close: () => agent.destroy(),
  };
}
