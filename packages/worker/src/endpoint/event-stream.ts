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

/**
 * Between two packets of a stream. Small models write a token in less time than it takes to send it: then several share a packet, which
 * nobody who reads sees.
 */
const PACKET_GAP_MS = 10;

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
  let nextPacketAt = 0;
  const flush = () => {
    if (waiting !== '' && !raw.writableEnded) raw.write(waiting);
    waiting = '';
    nextPacketAt = performance.now() + PACKET_GAP_MS;
  };
  /** The first event leaves at once, and so does every event of a model that is slower than packets may be. */
  const flushSoon = () => {
    const wait = nextPacketAt - performance.now();
    if (wait > 0) setTimeout(flush, wait);
    else setImmediate(flush);
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
      if (waiting === '') flushSoon();
      waiting += `data: ${json}\n\n`;
    },
    end() {
      raw.end(`${waiting}data: [DONE]\n\n`);
      waiting = '';
    },
  };
}
