import type { ServerResponse } from 'node:http';
import type { Faults, HttpFault } from '../faults/faults.js';

/** Reads which methods a JSON-RPC body asks for; none when it is no JSON-RPC. */
export function methodsOf(text: string): string[] {
  try {
    const body: unknown = JSON.parse(text);
    return (Array.isArray(body) ? body : [body]).flatMap((request: unknown) =>
      typeof request === 'object' &&
      request !== null &&
      'method' in request &&
      typeof request.method === 'string'
        ? [request.method]
        : [],
    );
  } catch {
    return [];
  }
}

/** Answers in the way that a fault wants; `answer` is what would have been right. */
export async function replyFaulty(
  fault: HttpFault,
  faults: Faults,
  response: ServerResponse,
  answer: () => Promise<string | null>,
): Promise<void> {
  if (fault === 'tooManyRequests') {
    response
      .writeHead(429, {
        'content-type': 'application/json',
        'retry-after': String(faults.retryAfterSeconds()),
      })
      .end('{"jsonrpc":"2.0","error":{"code":429,"message":"Too many requests"},"id":null}');
  } else if (fault === 'serverError') {
    response.writeHead(503, { 'content-type': 'text/plain' }).end('Service unavailable\n');
  } else {
    const body = Buffer.from((await answer()) ?? '', 'utf8');
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  }
}
