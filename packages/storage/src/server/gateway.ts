import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import parseRange from 'range-parser';

import { type FileAddress, fileAddress } from '../content/address.js';
import type { ContentStore } from '../store/disk-store.js';
import { RequestError } from './errors.js';

/** `GET` and `HEAD /ipfs/:cid`, with one byte range, conditions on the ETag and caching for good. */
export function addGateway(app: FastifyInstance, store: ContentStore): void {
  app.get<{ Params: { cid: string } }>('/ipfs/:cid', async (request, reply) => {
    const address = addressOf(request.params.cid);
    const bytes = await store.get(address.cid);
    if (bytes === null) throw new RequestError(404, 'not_found', `nothing is stored at ${address.cid}`);
    reply
      .header('etag', `"${address.cid}"`)
      .header('x-ipfs-path', `/ipfs/${address.cid}`)
      .header('accept-ranges', 'bytes')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cross-origin-resource-policy', 'cross-origin');
    if (isKnown(request.headers['if-none-match'], address)) return reply.code(304).send();
    reply.type(isJson(bytes) ? 'application/json; charset=utf-8' : 'application/octet-stream');
    return send(request, reply, bytes, address);
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

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: Uint8Array,
  address: FileAddress,
): FastifyReply {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { range, 'if-range': condition } = request.headers;
  // A range counts for GET alone, and under If-Range only where the client holds part of this very content.
  if (request.method !== 'GET' || range === undefined) return reply.send(whole);
  if (condition !== undefined && condition !== `"${address.cid}"`) return reply.send(whole);
  const ranges = parseRange(whole.length, range, { combine: true });
  if (ranges === -1) {
    reply.header('content-range', `bytes */${whole.length}`);
    throw new RequestError(416, 'bad_range', `no byte of ${range.slice(0, 100)} is among ${whole.length}`);
  }
  const [only, ...others] = ranges === -2 || ranges.type !== 'bytes' ? [] : ranges;
  // A server may answer any range with the whole; so it does for malformed ones and for several at once.
  if (only === undefined || others.length > 0) return reply.send(whole);
  return reply
    .code(206)
    .header('content-range', `bytes ${only.start}-${only.end}/${whole.length}`)
    .send(whole.subarray(only.start, only.end + 1));
}

function isKnown(condition: string | undefined, address: FileAddress): boolean {
  if (condition === undefined) return false;
  const tags = condition.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.some((tag) => tag === '*' || tag === `"${address.cid}"` || tag === `"${address.key}"`);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
