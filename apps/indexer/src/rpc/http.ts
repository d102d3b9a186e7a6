import { z } from 'zod';

import { RpcError } from './errors.js';

/** One call inside a request. */
export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What one call came to: its result, or the error that the server gave for it. */
export type RpcOutcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: RpcError };

export interface RpcHttpOptions {
  readonly url: string;
  /** From connecting to the last byte. Default 30 s. */
  readonly timeoutMs?: number;
  /** Largest answer. Default 128 MiB. */
  readonly maxBytes?: number;
}

const Answer = z.looseObject({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.looseObject({ code: z.number(), message: z.string() }).optional(),
});

/** JSON-RPC errors that another attempt cannot change: parse, request, method and parameters. */
const PERMANENT = new Set([-32_700, -32_600, -32_601, -32_602]);
/** Statuses that mean key or address are wrong. */
const REFUSED = new Set([400, 401, 403, 404, 405]);

/**
 * Sends calls as one JSON-RPC request (a batch, if several) and gives their outcomes in order.
 * @throws RpcError for the request as a whole; the signal's reason when aborted
 */
export async function sendCalls(
  options: RpcHttpOptions,
  calls: readonly RpcCall[],
  signal?: AbortSignal,
): Promise<RpcOutcome[]> {
  const requests = calls.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params }));
  const text = await post(options, JSON.stringify(calls.length === 1 ? requests[0] : requests), signal);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new RpcError('bad_answer', 'the RPC answered with something that is not JSON', { cause });
  }
  const answers = z.array(Answer).safeParse(Array.isArray(json) ? json : [json]);
  if (!answers.success) {
    const said = z.looseObject({ error: z.looseObject({ message: z.string() }) }).safeParse(json);
    const reason = said.success
      ? said.data.error.message.slice(0, 300)
      : 'the RPC answered with something that is not JSON-RPC';
    throw new RpcError('bad_answer', reason);
  }
  const byId = new Map(answers.data.map((answer) => [answer.id, answer]));
  return calls.map(({ method }, id) => {
    const answer = byId.get(id);
    if (answer === undefined) {
      return { ok: false, error: new RpcError('bad_answer', `${method}: the RPC left it without an answer`) };
    }
    if (answer.error !== undefined) return { ok: false, error: methodError(method, answer.error) };
    return { ok: true, result: answer.result };
  });
}

function methodError(method: string, { code, message }: { code: number; message: string }): RpcError {
  const text = `${method}: ${message.slice(0, 300)} (${code})`;
  if (code === 429 || code === -32_429) return new RpcError('rate_limited', text, { rpcCode: code });
  return new RpcError(PERMANENT.has(code) ? 'refused' : 'unavailable', text, { rpcCode: code });
}

async function post(options: RpcHttpOptions, body: string, signal: AbortSignal | undefined): Promise<string> {
  const { timeoutMs = 30_000, maxBytes = 128 * 1024 * 1024 } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw statusError(response);
    }
    return await readText(response, maxBytes);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof RpcError) throw error;
    if (timeout.aborted) throw new RpcError('unavailable', `the RPC did not answer within ${timeoutMs} ms`);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
    throw new RpcError('unavailable', `the RPC cannot be reached (${code})`, { cause: error });
  }
}

function statusError(response: Response): RpcError {
  const { status } = response;
  if (status === 429) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfterMs =
      Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 120) * 1_000 : undefined;
    return new RpcError('rate_limited', 'the RPC asks for fewer requests (status 429)', { retryAfterMs });
  }
  if (status === 413)
    return new RpcError('rate_limited', 'the RPC takes no request of this size (status 413)');
  if (REFUSED.has(status)) {
    return new RpcError(
      'refused',
      `the RPC refused the request (status ${status}): check RPC_URL and its key`,
    );
  }
  return new RpcError('unavailable', `the RPC answered with status ${status}`);
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new RpcError('bad_answer', `the RPC sent more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}
