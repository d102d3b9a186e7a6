import { z } from 'zod';

import { badParameter, pathText } from './api-error.js';

/** Longest name of a parameter that is repeated to the client. */
const MAX_NAME = 200;

/** A parameter of OpenAI that is read and has no effect here, as with many models there. */
export const ignored = z.unknown().optional();

/**
 * A parameter of OpenAI that would change the answer and is not kept here: it may be there only where it asks for nothing.
 * @param isNothing whether a value asks for nothing
 */
export function notKept(what: string, isNothing: (value: unknown) => boolean) {
  return z
    .unknown()
    .optional()
    .refine((value) => value === undefined || isNothing(value), {
      message: what,
      params: { code: 'unsupported_parameter' },
    });
}

/** Whether a list, or what stands for one, is empty. */
export const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/**
 * Reads the parameters of a request; null counts as left out, as it does for OpenAI.
 * @throws ApiError 400 that names the first wrong parameter
 */
export function readParameters<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badParameter(null, 'invalid_body', 'the body must be a JSON object');
  }
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw issue === undefined
    ? badParameter(null, 'invalid_body', 'the body is not valid')
    : refusal(issue, given);
}

function refusal(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>) {
  const [top, ...inner] = issue.path;
  const at = top === undefined ? '' : String(top) + pathText(inner);
  if (issue.code === 'unrecognized_keys') {
    const key = (issue.keys[0] ?? '').slice(0, MAX_NAME);
    const name = at === '' ? key : `${at}.${key}`;
    return badParameter(name, 'unknown_parameter', `unknown parameter: ${name}`);
  }
  if (inner.length === 0 && top !== undefined && !Object.hasOwn(given, top)) {
    return badParameter(at, 'missing_required_parameter', `missing required parameter: ${at}`);
  }
  const told = issue.code === 'custom' ? issue.params?.code : undefined;
  return badParameter(
    at === '' ? null : at,
    typeof told === 'string' ? told : issue.code === 'invalid_type' ? 'invalid_type' : 'invalid_value',
    at === '' ? issue.message : `${at}: ${issue.message}`,
  );
}
