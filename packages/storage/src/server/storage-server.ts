import { timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';

import cors from '@fastify/cors';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';

import { cidFromDigest, digestFromCid } from '../content/address.js';
import { type ContentStore, CorruptContentError } from '../store/disk-store.js';

export interface StorageServerOptions {
  store: ContentStore;
  /** Default 127.0.0.1. Beyond loopback, pinning needs a token. */
  host?: string;
  /** 0 takes any free port. */
  port?: number;
  /** Bearer token that pinning requests must carry. Reading needs none. */
  token?: string;
  /** Largest document that may be pinned, in bytes. Default 8 MiB. */
  maxBytes?: number;
  /** Told of failures that a request could not be blamed for. */
  onError?: (error: unknown) => void;
}

export interface StorageServer {
  url: string;
  close(): Promise<void>;
}

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
/** What the wrapper around the pinned document may take. */
const ENVELOPE_BYTES = 64 * 1024;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const PinRequest = z.looseObject({
  pinataContent: z.custom<unknown>((value) => value !== undefined, 'expected a JSON value'),
  pinataOptions: z
    .looseObject({ cidVersion: z.literal(0, 'only version 0 CIDs are given here').optional() })
    .nullish(),
});

/**
 * Serves a content store: `POST /pinning/pinJSONToIPFS` as Pinata does, and `GET /ipfs/:cid` as a gateway does.
 * @throws Error if the host is reachable from elsewhere and no token is set, or the port is taken
 */
export async function createStorageServer(options: StorageServerOptions): Promise<StorageServer> {
  const { store, host = '127.0.0.1', port = 0, token, maxBytes = DEFAULT_MAX_BYTES } = options;
  if (!LOOPBACK.has(host) && !token) {
    throw new Error(`listening on ${host} lets others pin: set a token, or listen on 127.0.0.1`);
  }
  const app = Fastify({
    bodyLimit: maxBytes + ENVELOPE_BYTES,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 120 },
  });
  await app.register(cors, { origin: '*', methods: ['GET', 'HEAD', 'POST'] });
  answerErrors(app, options.onError);
  addGateway(app, store);
  addPinning(app, store, { token, maxBytes });
  app.get('/health', async () => ({ status: 'ok' }));
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw error;
  }
  const address = app.server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${bound}`,
    close: async () => {
      await app.close();
    },
  };
}

function addGateway(app: FastifyInstance, store: ContentStore): void {
  app.get<{ Params: { cid: string } }>('/ipfs/:cid', async (request, reply) => {
    let cid: string;
    try {
      cid = cidFromDigest(digestFromCid(request.params.cid));
    } catch (error) {
      return fail(reply, 400, 'bad_cid', error instanceof Error ? error.message : 'not a CID');
    }
    const bytes = await store.get(cid);
    if (bytes === null) return fail(reply, 404, 'not_found', `nothing is stored at ${cid}`);
    const etag = `"${cid}"`;
    reply
      .header('etag', etag)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cross-origin-resource-policy', 'cross-origin');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply
      .type(isJson(bytes) ? 'application/json; charset=utf-8' : 'application/octet-stream')
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
}

function addPinning(
  app: FastifyInstance,
  store: ContentStore,
  { token, maxBytes }: { token: string | undefined; maxBytes: number },
): void {
  const authorize = async (request: FastifyRequest, reply: FastifyReply) => {
    if (token !== undefined && !sameSecret(request.headers.authorization ?? '', `Bearer ${token}`)) {
      return fail(reply, 401, 'unauthorized', 'pinning needs the bearer token');
    }
    return undefined;
  };
  app.post('/pinning/pinJSONToIPFS', { onRequest: authorize }, async (request, reply) => {
    const parsed = PinRequest.safeParse(request.body);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const path = issue && issue.path.length > 0 ? issue.path.join('.') : 'body';
      return fail(reply, 400, 'bad_request', `${path}: ${issue?.message ?? 'not valid'}`);
    }
    const bytes = new TextEncoder().encode(JSON.stringify(parsed.data.pinataContent));
    if (bytes.length > maxBytes) {
      return fail(reply, 413, 'too_large', `the document has ${bytes.length} bytes, at most ${maxBytes} fit`);
    }
    const stored = await store.put(bytes);
    return {
      IpfsHash: stored.cid,
      PinSize: stored.size,
      Timestamp: stored.storedAt.toISOString(),
      isDuplicate: stored.isDuplicate,
    };
  });
}

function answerErrors(app: FastifyInstance, onError: ((error: unknown) => void) | undefined): void {
  app.setNotFoundHandler((request, reply) =>
    fail(reply, 404, 'not_found', `no route ${request.method} ${request.url.slice(0, 200)}`),
  );
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof CorruptContentError) {
      onError?.(error);
      return fail(reply, 500, 'corrupt', error.message);
    }
    const status = statusOf(error);
    if (status === 413) return fail(reply, 413, 'too_large', 'the request is larger than this server takes');
    if (status < 500) {
      return fail(reply, status, 'bad_request', error instanceof Error ? error.message : 'bad request');
    }
    onError?.(error);
    return fail(reply, 500, 'internal', 'the store could not do this');
  });
}

function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' ? status : 500;
}

function fail(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ error: code, message });
}

function sameSecret(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
