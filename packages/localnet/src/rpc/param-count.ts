import type { z } from 'zod';
import { RPC_CODES, RpcError, refusedParams } from '../rpc-error.js';

/**
 * Checks how many parameters there are.
 *
 * @throws RpcError -32602 when there are too few, too many, or when they are not a list.
 */
export function checkCount(schema: z.ZodTuple, params: unknown): void {
  const { items } = schema.def;
  const total = items.length;
  const required = items.findLastIndex((item) => !isOptional(item)) + 1;
  const given = params ?? null;
  const count = given === null ? 0 : Array.isArray(given) ? given.length : null;
  if (total === 0) checkNone(given);
  else if (required === total) checkExactly(total, count, given);
  else checkRange(required, total, count);
}

function checkRange(required: number, total: number, count: number | null): void {
  if (count === null) throw refusedParams('`params` should be an array');
  if (count < required) throw refusedParams(`\`params\` should have at least ${required} argument(s)`);
  if (count > total) {
    const message = `Invalid parameters: Expected from ${required} to ${total} parameters.`;
    throw new RpcError(RPC_CODES.invalidParams, message, `"Got: ${count}"`);
  }
}

const isOptional = (item: z.core.$ZodType): boolean =>
  'safeParse' in item && typeof item.safeParse === 'function' && item.safeParse(undefined).success === true;

function checkNone(given: unknown): void {
  if (given === null || (Array.isArray(given) && given.length === 0)) return;
  const message = 'Invalid parameters: No parameters were expected';
  throw new RpcError(RPC_CODES.invalidParams, message, debugParams(given));
}

/** Methods without optional parameters say it in other words. */
function checkExactly(total: number, count: number | null, given: unknown): void {
  if (count === total) return;
  const expected = `a tuple of size ${total}`;
  const text =
    given === null
      ? `invalid type: null, expected ${expected}`
      : count === null
        ? `invalid type: map, expected ${expected}`
        : `invalid length ${count}, expected ${count < total ? expected : 'fewer elements in array'}`;
  throw refusedParams(`Invalid params: ${text}.`);
}

const debugParams = (given: unknown): string =>
  Array.isArray(given) ? `Array([${given.map(debugValue).join(', ')}])` : `Map(${debugFields(given)})`;

/** Writes a value as Rust shows it, which is what validators send along. */
function debugValue(value: unknown): string {
  if (value === null || value === undefined) return 'Null';
  if (typeof value === 'boolean') return `Bool(${value})`;
  if (typeof value === 'number') return `Number(${value})`;
  if (typeof value === 'string') return `String(${JSON.stringify(value)})`;
  return Array.isArray(value)
    ? `Array [${value.map(debugValue).join(', ')}]`
    : `Object ${debugFields(value)}`;
}

const debugFields = (value: unknown): string => {
  const fields = Object.entries(value ?? {}).map(
    ([name, field]) => `${JSON.stringify(name)}: ${debugValue(field)}`,
  );
  return `{${fields.join(', ')}}`;
};
