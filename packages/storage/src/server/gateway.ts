import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import parseRange from 'range-parser';

import { type FileAddress, fileAddress } from '../content/address.js';
import type { ContentStore } from '../store/disk-store.js';
import type { VerifiedFile } from '../store/verified-file.js';
import { RequestError } from './errors.js';
import { createJsonCheck } from './json-check.js';
import { createRequestLimit } from './request-limit.js';

export interface GatewayOptions {
  /** Reads at one time. */
  maxReads: number;
  /** How long a client may take nothing of what it asked for. */
  stallMs: number;
  /** Told when a file is damaged while it is sent: the answer breaks off then. */
  onError: ((error: unknown) => void) | undefined;
}

/** `GET` and `HEAD /ipfs/:cid`, with one byte range, conditions on the ETag and caching for good. */
export function addGateway(app: FastifyInstance, store: ContentStore, options: GatewayOptions): void {
  const limitReads = createRequestLimit({ what: 'reads', requests: options.maxReads, bytes: 0, largest: 0 });

  app.route<{ Params: { cid: string } }>({
    method: ['GET', 'HEAD'],
    url: '/ipfs/:cid',
    exposeHeadRoute: false,
    onRequest: limitReads,
    async handler(request, reply) {
      const address = addressOf(request.params.cid);
      const json = createJsonCheck();
      const content = await store.open(address.cid, (bytes) => json.push(bytes));
      if (content === null) throw new RequestError(404, 'not_found', `nothing is stored at ${address.cid}`);
      let body: Readable | undefined;
      try {
        reply
          .header('etag', `"${address.cid}"`)
          .header('x-ipfs-path', `/ipfs/${address.cid}`)
          .header('accept-ranges', 'bytes')
          .header('cache-control', 'public, max-age=31536000, immutable')
          .header('x-content-type-options', 'nosniff')
          .header('content-security-policy', "default-src 'none'; sandbox")
          .header('cross-origin-resource-policy', 'cross-origin');
        if (isKnown(request.headers['if-none-match'], address)) return reply.code(304).send();
        reply.type(json.end() ? 'application/json; charset=utf-8' : 'application/octet-stream');
        const part = partOf(request, reply, content.size, address);
        reply.header('content-length', part.end - part.start);
        if (request.method === 'HEAD') return reply.send();
        body = bodyOf(content, part, options.onError);
        reply.raw.setTimeout(options.stallMs, () => reply.raw.destroy());
        return reply.send(body);
      } finally {
        if (body === undefined) await content.close();
      }
    },
  });
}

/** @throws RequestError 400 if it is not the CID of a file */
export function addressOf(cid: string): FileAddress {
  try {
    return fileAddress(cid);
  } catch (error) {
    throw new RequestError(400, 'bad_cid', error instanceof Error ? error.message : 'not a CID');
  }
}

interface Part {
  start: number;
  /** Exclusive. */
  end: number;
}

/** The part of the file that the client is to get, by its headers; says so in the answer's. */
function partOf(request: FastifyRequest, reply: FastifyReply, size: number, address: FileAddress): Part {
  const whole = { start: 0, end: size };
  const { range, 'if-range': condition } = request.headers;
  // A range counts for GET alone, and under If-Range only where the client holds part of this very content.
  if (request.method !== 'GET' || range === undefined) return whole;
  if (condition !== undefined && condition !== `"${address.cid}"`) return whole;
  const ranges = parseRange(size, range, { combine: true });
  if (ranges === -1) {
    reply.header('content-range', `bytes */${size}`);
    throw new RequestError(416, 'bad_range', `no byte of ${range.slice(0, 100)} is among ${size}`);
  }
  const [only, ...others] = ranges === -2 || ranges.type !== 'bytes' ? [] : ranges;
  // A server may answer any range with the whole; so it does for malformed ones and for several at once.
  if (only === undefined || others.length > 0) return whole;
  reply.code(206).header('content-range', `bytes ${only.start}-${only.end}/${size}`);
  return { start: only.start, end: only.end + 1 };
}

/** The bytes as fast as the client takes them, a chunk at a time. The file is closed with the body. */
function bodyOf(content: VerifiedFile, { start, end }: Part, onError: GatewayOptions['onError']): Readable {
  const body = Readable.from(content.read(start, end), { objectMode: false, highWaterMark: 1 });
  body.once('error', (error) => onError?.(error));
  body.once('close', () => content.close().catch((error: unknown) => onError?.(error)));
  return body;
}

function isKnown(condition: string | undefined, address: FileAddress): boolean {
  if (condition === undefined) return false;
  const tags = condition.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.some((tag) => tag === '*' || tag === `"${address.cid}"` || tag === `"${address.key}"`);
}
