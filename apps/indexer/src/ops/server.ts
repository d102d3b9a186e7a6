import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { HealthReport } from './health.js';
import type { Metrics } from './metrics.js';

export interface OpsServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly health: () => Promise<HealthReport>;
  readonly metrics: Pick<Metrics, 'read' | 'contentType'>;
  readonly onFailure: (error: Error) => void;
}

export interface OpsServer {
  readonly url: string;
  close(): Promise<void>;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers GET /health (200 or 503) and GET /metrics. @throws what listening reports */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const { host, port, health, metrics, onFailure } = options;
  const answer = async (method: string, path: string, response: ServerResponse): Promise<void> => {
    if (path !== '/health' && path !== '/metrics') {
      return send(response, 404, JSON_TYPE, { error: 'there is /health and /metrics' });
    }
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return send(response, 405, JSON_TYPE, { error: 'only GET is answered' });
    }
    if (path === '/metrics') return send(response, 200, metrics.contentType, await metrics.read());
    const report = await health();
    send(response, report.status === 'ok' ? 200 : 503, JSON_TYPE, report);
  };
  const server = createServer((request, response) => {
    // Nothing of a body is read.
    request.resume();
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    answer(request.method ?? '', path, response).catch((error: unknown) => {
      onFailure(error instanceof Error ? error : new Error(String(error)));
      if (!response.headersSent) send(response, 500, JSON_TYPE, { error: 'it cannot be told' });
      else response.destroy();
    });
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', onFailure);
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body, null, 2)}\n`;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}
