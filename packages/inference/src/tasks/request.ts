import { z } from 'zod';
import { PRECISIONS } from '../contract.js';
import { InferenceError } from '../errors.js';
import { TASK_NAMES, TASKS, type TaskName } from './registry.js';

const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_TIMEOUT_MS = 3_600_000;

const requestSchema = z.strictObject({
  task: z.enum(['text-generation', ...TASK_NAMES]),
  model: z.string().min(1).max(200),
  inputs: z.unknown(),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  /** The most precise that the model has, where it is left out. */
  precision: z.enum(PRECISIONS).optional(),
  /** From submission to result, waiting included. */
  timeoutMs: z.int().min(1).max(MAX_TIMEOUT_MS).default(DEFAULT_TIMEOUT_MS),
});

export type Envelope = z.output<typeof requestSchema>;

/** A request for any task but text generation. */
export interface ValidTaskRequest extends Envelope {
  readonly task: TaskName;
}

export function isRegistered(request: Envelope): request is ValidTaskRequest {
  return request.task !== 'text-generation';
}

/**
 * Everything of a request but its inputs, which each task checks itself.
 * @throws InferenceError bad_request, naming each wrong field and what it may be
 */
export function parseEnvelope(value: unknown): Envelope {
  return check(requestSchema, value, []);
}

/** @throws InferenceError bad_request, naming each wrong field and what it may be */
export function parseInputs(task: TaskName, inputs: unknown): unknown {
  return check(TASKS[task].inputs, inputs, ['inputs']);
}

function check<T extends z.ZodType>(schema: T, value: unknown, path: PropertyKey[]): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => describe(issue, path));
  throw new InferenceError('bad_request', [...new Set(problems)].join('; '));
}

/** Of alternatives, the one that the value came closest to is explained. */
function describe(issue: z.core.$ZodIssue, parents: readonly PropertyKey[]): string[] {
  const path = [...parents, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0 || issue.message !== 'Invalid input') {
    return [`${path.map(String).join('.') || 'request'}: ${issue.message}`];
  }
  const closest = issue.errors.reduce((best, errors) => (farOff(errors) < farOff(best) ? errors : best));
  return closest.flatMap((inner) => describe(inner, path));
}

/** Fields that are unknown or missing tell that another alternative was meant. */
function farOff(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}
