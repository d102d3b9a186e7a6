import { linkSignals } from '@inferscan/storage/linked-signal';
import { z } from 'zod';

import { redactText } from '../config/redact.js';
import type { RpcCallRecord } from '../ops/observer.js';
import { RpcError, type RpcErrorCode } from './errors.js';
import { retryAfterMs } from './retry-after.js';

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
  /** Told what came of every call. */
  readonly onCall?: (record: RpcCallRecord) => void;
}

const ErrorAnswer = z.looseObject({ code: z.number(), message: z.string() });
const Answer = z.looseObject({
  id: z.number(),
  result: z.unknown().optional(),
  error: ErrorAnswer.optional(),
});

/** JSON-RPC errors that another attempt cannot change: parse, request, method and parameters. */
const PERMANENT = new Set([-32_700, -32_600, -32_601, -32_602]);
const RATE_LIMITED = new Set([429, -32_429]);
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
  if (!answers.success) throw requestError(options.url, calls, json);
  const byId = new Map(answers.data.map((answer) => [answer.id, answer]));
  return calls.map(({ method }, id) => {
    const answer = byId.get(id);
    if (answer === undefined) {
      return { ok: false, error: new RpcError('bad_answer', `${method}: the RPC left it without an answer`) };
    }
    if (answer.error !== undefined) return { ok: false, error: saidError(options.url, method, answer.error) };
    return { ok: true, result: answer.result };
  });
}

/** What an answer without the ids of the calls says about the request as a whole. */
function requestError(url: string, calls: readonly RpcCall[], json: unknown): RpcError {
  const said = z.looseObject({ error: ErrorAnswer }).safeParse(json);
  if (!said.success) {
    return new RpcError('bad_answer', 'the RPC answered with something that is not JSON-RPC');
  }
  const [first] = calls;
  const error = saidError(
    url,
    first !== undefined && calls.length === 1 ? first.method : 'batch',
    said.data.error,
  );
  if (calls.length === 1 || error.code !== 'refused') return error;
  return new RpcError('too_large', error.message, { rpcCode: error.rpcCode });
}

function saidError(url: string, method: string, { code, message }: z.output<typeof ErrorAnswer>): RpcError {
  const text = `${method}: ${redactText(message, url).slice(0, 300)} (${code})`;
  return new RpcError(codeOf(code, message), text, { rpcCode: code });
}

function codeOf(code: number, message: string): RpcErrorCode {
  if (RATE_LIMITED.has(code)) return 'rate_limited';
  if (PERMANENT.has(code)) return 'refused';
  // Solana's nodes say -32005 when they lag, some providers when they are asked too much.
  if (code === -32_005) return /rate|limit|too many/i.test(message) ? 'rate_limited' : 'behind';
  return code === -32_016 ? 'behind' : 'unavailable';
}

async function post(options: RpcHttpOptions, body: string, signal: AbortSignal | undefined): Promise<string> {
  const { timeoutMs = 30_000, maxBytes = 128 * 1024 * 1024 } = options;
  const ended = linkSignals(...(signal ? [signal] : []));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    ended.abort();
  }, timeoutMs);
  try {
    const response = await fetch(options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: ended.signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw statusError(response);
    }
    return await readText(response, maxBytes);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof RpcError) throw error;
    if (late) throw new RpcError('unavailable', `the RPC did not answer within ${timeoutMs} ms`);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
    throw new RpcError('unavailable', `the RPC cannot be reached (${code})`, { cause: error });
  } finally {
    clearTimeout(timer);
    ended.release();
  }
}

function statusError(response: Response): RpcError {
  const { status } = response;
  const wait = { retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()) };
  if (status === 429)
    return new RpcError('rate_limited', 'the RPC asks for fewer requests (status 429)', wait);
  if (status === 413) return new RpcError('too_large', 'the RPC takes no request of this size (status 413)');
  if (REFUSED.has(status)) {
    return new RpcError(
      'refused',
      `the RPC refused the request (status ${status}): check RPC_URL and its key`,
    );
  }
  return new RpcError('unavailable', `the RPC answered with status ${status}`, wait);
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
