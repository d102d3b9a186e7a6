import { listenAt } from '@inferscan/storage/listening';
import Fastify from 'fastify';

import type { NodeMetrics } from './node-metrics.js';

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves a node's figures at /metrics, apart from what its customers reach.
 * @throws Error if the port is taken
 */
export async function serveMetrics(
  metrics: Pick<NodeMetrics, 'text' | 'contentType'>,
  { host = '127.0.0.1', port }: { host?: string; port: number },
): Promise<MetricsServer> {
  const app = Fastify({ forceCloseConnections: true, requestTimeout: 10_000 });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.get('/health', async () => ({ status: 'ok' }));
  const { url } = await listenAt(app, host, port);
  return {
    url,
    close: async () => {
      await app.close();
    },
  };
}
