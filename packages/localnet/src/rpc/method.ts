import type { z } from 'zod';
import { invalidParams } from '../rpc-error.js';
import type { RpcContext } from './context.js';

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
 * @throws RpcError -32602 naming the parameter and what is wrong with it.
 */
export function parseParams<S extends z.ZodType>(schema: S, params: unknown): z.output<S> {
  const result = schema.safeParse(params ?? []);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw invalidParams('not understood');
  const where = issue.path.length === 0 ? 'params' : `params[${issue.path.join('.')}]`;
  throw invalidParams(`${where}: ${issue.message}`);
}
