import { z } from 'zod';
import { refusedParams } from '../rpc-error.js';
import type { RpcContext } from './context.js';
import { checkCount } from './param-count.js';

export interface RpcMethod {
  readonly name: string;
  /** @throws RpcError for whatever the caller did wrong. */
  call(context: RpcContext, params: unknown): unknown;
}

/** Defines a method whose positional parameters are checked against `schema` before `handle` sees them. */
export function defineMethod<S extends z.ZodType>(
  name: string,
  schema: S,
  handle: (context: RpcContext, params: z.output<S>) => unknown,
): RpcMethod {
  return { name, call: (context, params) => handle(context, parseParams(schema, params)) };
}

/**
 * Checks positional parameters.
 *
 * @throws RpcError -32602 saying what is wrong, in a validator's words where it has some for it.
 */
export function parseParams<S extends z.ZodType>(schema: S, params: unknown): z.output<S> {
  if (schema instanceof z.ZodTuple) checkCount(schema, params);
  const result = schema.safeParse(params ?? []);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw refusedParams('Invalid params');
  if (issue.code === 'custom' && issue.params?.form !== undefined) {
    throw refusedParams(issue.params.form === 'whole' ? issue.message : `Invalid params: ${issue.message}.`);
  }
  const where = issue.path.length === 0 ? 'params' : `params[${issue.path.join('.')}]`;
  throw refusedParams(`Invalid params: ${where}: ${issue.message}`);
}
