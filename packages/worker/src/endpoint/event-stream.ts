import type { FastifyReply } from 'fastify';

import { ApiError } from './api-error.js';

/** Server-sent events as OpenAI sends them: JSON in `data` lines, `[DONE]` at the end. */
export interface EventStream {
  /**
   * @param json of one event
   * @throws ApiError when the client does not read what was sent
   */
  send(json: string): void;
  end(): void;
}

/** Bytes that may wait for a client; who reads more slowly than this is let go. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Takes an answer over from fastify and begins to stream. */
export function openEventStream(reply: FastifyReply): EventStream {
  const { raw } = reply;
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    // Tells proxies to pass on every event at once.
    'x-accel-buffering': 'no',
  });
  let waiting = '';
  const flush = () => {
    if (waiting !== '' && !raw.writableEnded) raw.write(waiting);
    waiting = '';
  };
  return {
    send(json) {
      if (raw.writableLength > MAX_WAITING_BYTES) {
        raw.destroy();
        throw new ApiError({
          status: 408,
          type: 'invalid_request_error',
          code: 'client_too_slow',
          message: 'the client does not read what it asked for',
        });
      }
      // What the engine tells in one turn of the loop leaves in one packet: a write for every token would cost more than the
      // token, and the busier this thread is, the more there are in a turn.
      if (waiting === '') setImmediate(flush);
      waiting += `data: ${json}\n\n`;
    },
    end() {
      raw.end(`${waiting}data: [DONE]\n\n`);
      waiting = '';
    },
  };
}
