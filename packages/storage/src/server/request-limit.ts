import type { FastifyReply, FastifyRequest } from 'fastify';

import { RequestError } from './errors.js';

export interface RequestLimits {
  /** What they are, for those who are turned away. */
  what: string;
  /** Requests at one time. */
  requests: number;
  /** Bytes of their bodies together; 0 where they have none. */
  bytes: number;
  /** What a request counts for that does not announce its length. */
  largest: number;
}

/**
 * A hook that lets in as many requests as fit into memory at one time.
 * It throws RequestError 503 for one that does not fit; the client may try again.
 */
export function createRequestLimit(limits: RequestLimits) {
  let requests = 0;
  let bytes = 0;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const announced = Number(request.headers['content-length'] ?? limits.largest);
    const size = Number.isSafeInteger(announced) ? Math.min(announced, limits.largest) : limits.largest;
    if (requests >= limits.requests || bytes + size > limits.bytes) {
      reply.header('retry-after', '1');
      throw new RequestError(503, 'busy', `too many ${limits.what} at once: try again in a second`);
    }
    requests += 1;
    bytes += size;
    reply.raw.once('close', () => {
      requests -= 1;
      bytes -= size;
    });
  };
}
