import type { JsonWriter } from '../encodings/json.js';
import type { Log } from '../log.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';
import { isTooDeep } from './nesting.js';

/** Requests in one batch. */
const MAX_BATCH = 100;

export type RequestId = string | number | null;

export interface Request {
  /** Undefined for a notification, which gets no answer. */
  readonly id: RequestId | undefined;
  readonly method: string;
  readonly params: unknown;
}

/** Something that is no JSON-RPC request; the id is what could be made out of it. */
export class RequestError extends RpcError {
  constructor(
    message: string,
    readonly id: RequestId,
  ) {
    super(RPC_CODES.invalidRequest, message);
  }
}

/** Answers a single call. @throws RpcError for what the caller is told. */
export type Call = (method: string, params: unknown) => unknown;

/** A call that knows whether it was made on this computer. */
export type LocatedCall = (method: string, params: unknown, local: boolean) => unknown;

/** Answers the text of an HTTP body; null when it asked for no answer. */
export type AnswerText = (text: string, local: boolean) => Promise<string | null>;

/** Creates the JSON-RPC 2.0 layer over `call`: parsing, batches, notifications, errors. */
export function createJsonRpc(call: LocatedCall, write: JsonWriter, log: Log): AnswerText {
  const answerOne = async (body: unknown, local: boolean): Promise<object | null> => {
    let id: RequestId | undefined = null;
    try {
      const request = readRequest(body);
      id = request.id;
      const result = await call(request.method, request.params, local);
      return id === undefined ? null : { jsonrpc: '2.0', result, id };
    } catch (error) {
      if (error instanceof RequestError) id = error.id;
      return id === undefined ? null : { jsonrpc: '2.0', error: describeError(error, log), id };
    }
  };

  return async (text, local) => {
    const body = parseBody(text);
    if (body === null) {
      return write({ jsonrpc: '2.0', error: { code: RPC_CODES.parse, message: 'Parse error' }, id: null });
    }
    if (!Array.isArray(body)) {
      const answer = await answerOne(body, local);
      return answer === null ? null : write(answer);
    }
    if (body.length === 0 || body.length > MAX_BATCH) {
      const message = `Invalid request: a batch has 1 to ${MAX_BATCH} requests`;
      return write({ jsonrpc: '2.0', error: { code: RPC_CODES.invalidRequest, message }, id: null });
    }
    const answers = (await Promise.all(body.map((request) => answerOne(request, local)))).filter(
      (answer) => answer !== null,
    );
    return answers.length === 0 ? null : write(answers);
  };
}

/** Parses a request or a batch; null for whatever could be neither. */
export function parseBody(text: string): object | null {
  if (isTooDeep(text)) return null;
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' ? body : null;
  } catch {
    return null;
  }
}

const FIELDS = new Set(['jsonrpc', 'method', 'params', 'id']);

/**
 * Reads a request as strictly as validators do: a field that JSON-RPC does not have spoils it.
 *
 * @throws RequestError -32600 when the value is not a JSON-RPC 2.0 request.
 */
export function readRequest(body: unknown): Request {
  if (typeof body !== 'object' || body === null) throw new RequestError('Invalid request', null);
  const fields = new Map<string, unknown>(Object.entries(body));
  const id = fields.get('id');
  const known = id === undefined || isId(id) ? (id ?? null) : null;
  const method = fields.get('method');
  const params = fields.get('params');
  const version = fields.get('jsonrpc') ?? null;
  const sound =
    (params === undefined || typeof params === 'object') &&
    (id === undefined || isId(id)) &&
    (version === null || version === '2.0') &&
    [...fields.keys()].every((name) => FIELDS.has(name));
  if (typeof method !== 'string' || !sound) throw new RequestError('Invalid request', known);
  if (version === null) throw new RequestError('Unsupported JSON-RPC protocol version', known);
  return { id: id === undefined ? undefined : known, method, params };
}

const isId = (value: unknown): value is RequestId =>
  value === null || typeof value === 'string' || (Number.isInteger(value) && Number(value) >= 0);

/** The error member of an answer; what the caller did not cause is logged and not shown. */
export function describeError(error: unknown, log: Log): object {
  if (error instanceof RpcError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.data === undefined ? {} : { data: error.data }),
    };
  }
  log('error', 'a request failed', {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  return { code: RPC_CODES.internal, message: 'Internal error' };
}
