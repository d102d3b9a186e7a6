import type { FastifyInstance, FastifyReply } from 'fastify';

import { ApiError, badParameter } from './api-error.js';

/** Every error leaves in OpenAI's form; what no request can be blamed for goes to `onError` as well. */
export function answerFailures(app: FastifyInstance, onError: (error: unknown) => void): void {
  app.setNotFoundHandler((request, reply) =>
    send(
      reply,
      new ApiError({
        status: 404,
        type: 'invalid_request_error',
        code: 'unknown_url',
        message: `there is no ${request.method} ${request.url.slice(0, 200)} here`,
      }),
    ),
  );
  app.setErrorHandler((error, _request, reply) => {
    const shown = error instanceof ApiError ? error : transportError(error);
    if (shown.status >= 500 && !(error instanceof ApiError)) onError(error);
    return send(reply, shown);
  });
}

function send(reply: FastifyReply, error: ApiError): FastifyReply {
  if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter));
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(error.status).type('application/json; charset=utf-8').send(error.toJSON());
}

/** Errors of fastify about the request as it came in. */
function transportError(error: unknown): ApiError {
  const given = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  const status = typeof given === 'number' ? given : 500;
  const message = error instanceof Error ? error.message : 'bad request';
  if (status === 413) {
    return new ApiError({
      status,
      type: 'invalid_request_error',
      code: 'request_too_large',
      message: 'the request is larger than this server takes',
    });
  }
  if (status >= 500) {
    return new ApiError({
      status: 500,
      type: 'server_error',
      code: 'internal_error',
      message: 'the server failed',
    });
  }
  if (status === 400) return badParameter(null, 'invalid_body', `the body cannot be read: ${message}`);
  return new ApiError({ status, type: 'invalid_request_error', code: 'invalid_request', message });
}
