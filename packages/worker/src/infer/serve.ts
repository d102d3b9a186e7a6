import { createHash, timingSafeEqual } from 'node:crypto';

import type { ServiceSpec } from '@inferscan/formats';
import type { InferenceEngine } from '@inferscan/inference';

import type { Access } from '../endpoint/access.js';
import { ApiError } from '../endpoint/api-error.js';
import { createEndpoint } from '../endpoint/endpoint.js';
import { whyNotServed } from '../endpoint/serve.js';
import { EXIT } from '../result/flow.js';

export interface ServeOptions {
  /** Where it listens. */
  host: string;
  /** What callers have to send; undefined lets in who reaches the port. */
  token: string | undefined;
}

/**
 * Serves a model on this machine until it is told to stop.
 * @returns the exit code
 * @throws Error if the port is taken, or others could reach it without a token
 */
export async function serveHere(
  spec: ServiceSpec,
  engine: InferenceEngine,
  { host, token }: ServeOptions,
  signal: AbortSignal,
): Promise<number> {
  const missing = whyNotServed(engine, spec);
  if (missing !== undefined) {
    process.stderr.write(`infer: ${missing}\n`);
    return EXIT.host;
  }
  const endpoint = await createEndpoint({
    engine,
    only: { name: spec.model, precision: spec.precision },
    access: token === undefined ? null : tokenAccess(token),
    host,
    port: spec.serve.port,
    onError: (error) => process.stderr.write(`infer: a request failed: ${String(error)}\n`),
  });
  process.stdout.write(`serving ${spec.model} at ${endpoint.url}/v1 until Ctrl-C or SIGTERM\n`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await endpoint.close('the server is stopped');
  const { requests, tokens } = endpoint.tally;
  process.stdout.write(
    `served ${requests.served} requests, ${tokens.prompt} tokens read, ${tokens.completion} written\n`,
  );
  return EXIT.stopped;
}

/** Lets in who sends one secret; how much of it was right does not show in the time that the answer takes. */
function tokenAccess(token: string): Access {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return {
    check(authorization) {
      const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
      if (timingSafeEqual(digest(given), expected)) return { begin() {}, wrote() {} };
      const message =
        'expected "Authorization: Bearer TOKEN" with the token that this server was started with';
      throw new ApiError({
        status: 401,
        type: 'invalid_request_error',
        code: 'invalid_api_key',
        message,
      });
    },
  };
}
