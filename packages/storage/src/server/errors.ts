import type { FastifyInstance, FastifyReply } from 'fastify';

import { CorruptContentError } from '../store/disk-store.js';

/** What a request did wrong, or cannot have now; its text is shown to the client. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Every error leaves as JSON `{error, message}`; what no request can be blamed for goes to `onError` as well. */
export function answerErrors(app: FastifyInstance, onError: ((error: unknown) => void) | undefined): void {
  app.setNotFoundHandler((request, reply) =>
    fail(reply, 404, 'not_found', `no route ${request.method} ${request.url.slice(0, 200)}`),
  );
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof CorruptContentError) {
      onError?.(error);
      return fail(reply, 500, 'corrupt', error.message);
    }
    if (error instanceof RequestError) return fail(reply, error.statusCode, error.code, error.message);
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
  // Headers of the content that was to be sent do not hold for the error.
  for (const name of ['etag', 'accept-ranges', 'content-range', 'content-length']) {
    if (name !== 'content-range' || status !== 416) reply.removeHeader(name);
  }
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send({ error: code, message });
}
