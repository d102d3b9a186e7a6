import cors from '@fastify/cors';
import Fastify from 'fastify';

import type { ContentStore } from '../store/disk-store.js';
import { answerErrors } from './errors.js';
import { addGateway } from './gateway.js';
import { listenAt } from './listening.js';
import { addPinning, ENVELOPE_BYTES } from './pinning.js';

export interface StorageServerOptions {
  store: ContentStore;
  /** Default 127.0.0.1. Beyond loopback, pinning needs a token. */
  host?: string;
  /** 0 takes any free port. */
  port?: number;
  /** Bearer token that pinning requests must carry. Reading needs none. */
  token?: string;
  /** Largest document or file that may be pinned, in bytes. Default 8 MiB. */
  maxBytes?: number;
  /** Uploads at one time; more get a 503. Default 256, of which no more than 8 of the largest. */
  maxUploads?: number;
  /** Reads at one time; more get a 503. Default 256. Each takes a chunk or two of memory, whatever its file's size. */
  maxReads?: number;
  /** A client that takes nothing of its answer for so long is dropped. Default 60 s. */
  stallMs?: number;
  /** Told of failures that a request could not be blamed for, damaged files among them. */
  onError?: (error: unknown) => void;
}

export interface StorageServer {
  url: string;
  close(): Promise<void>;
}

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const DEFAULT_MAX_UPLOADS = 256;
const DEFAULT_MAX_READS = 256;
const DEFAULT_STALL_MS = 60_000;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Serves a content store: pins and unpins as Pinata does, and reads as a gateway does.
 * @throws Error if the host is reachable from elsewhere and no token is set, or the port is taken
 */
export async function createStorageServer(options: StorageServerOptions): Promise<StorageServer> {
  const { store, host = '127.0.0.1', port = 0, token } = options;
  const { maxBytes = DEFAULT_MAX_BYTES, maxUploads = DEFAULT_MAX_UPLOADS } = options;
  const { maxReads = DEFAULT_MAX_READS, stallMs = DEFAULT_STALL_MS, onError } = options;
  if (!LOOPBACK.has(host) && !token) {
    throw new Error(`listening on ${host} lets others pin: set a token, or listen on 127.0.0.1`);
  }
  const app = Fastify({
    bodyLimit: maxBytes + ENVELOPE_BYTES,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 120 },
  });
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: [
      'etag',
      'accept-ranges',
      'content-range',
      'content-length',
      'x-ipfs-path',
      'retry-after',
    ],
  });
  answerErrors(app, onError);
  addGateway(app, store, { maxReads, stallMs, onError });
  await app.register((scope) => addPinning(scope, store, { token, maxBytes, maxUploads }));
  app.get('/health', async () => ({ status: 'ok' }));
  const { url } = await listenAt(app, host, port);
  return {
    url,
    close: async () => {
      await app.close();
    },
  };
}
