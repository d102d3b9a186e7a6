import { type JobDefinition, validateJobDefinition } from '@nosana/types';

import { inferenceSpecOf } from '../inference/operation.js';
import type { FormatIssue } from '../issues.js';

export type { JobDefinition } from '@nosana/types';

/** One operation of a job definition. */
export type JobOperation = JobDefinition['ops'][number];

export type DefinitionCheck = { ok: true; definition: JobDefinition } | { ok: false; errors: FormatIssue[] };

/** Most errors reported for one document. */
const MAX_ISSUES = 50;

/**
 * Checks a job definition with the network's own validator and, for ops on the worker image, the inference spec.
 * Never throws; paths of errors start at `$input`.
 */
export function validateDefinition(value: unknown): DefinitionCheck {
  let network: ReturnType<typeof validateJobDefinition>;
  try {
    network = validateJobDefinition(value);
  } catch (error) {
    // The generated validator is not hardened against documents nested deeper than the stack.
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, errors: [{ path: '$input', message: `could not be checked: ${reason}` }] };
  }
  if (!network.success) {
    const errors = network.errors.slice(0, MAX_ISSUES).map((issue) => ({
      path: issue.path,
      message: `expected ${issue.expected}, got ${describe(issue.path, issue.value)}`,
    }));
    return { ok: false, errors };
  }
  const definition: JobDefinition = network.data;
  const errors = definition.ops.flatMap((op, index) => operationIssues(op, `$input.ops[${index}]`));
  return errors.length === 0 ? { ok: true, definition } : { ok: false, errors: errors.slice(0, MAX_ISSUES) };
}

function operationIssues(op: JobOperation, path: string): FormatIssue[] {
  // The network's validator takes either kind of args for either type of op.
  if (op.type === 'container/run' && !('image' in op.args)) {
    return [{ path: `${path}.args.image`, message: 'expected an image: container/run needs one' }];
  }
  if (op.type === 'container/create-volume' && !('name' in op.args)) {
    return [{ path: `${path}.args.name`, message: 'expected a name: container/create-volume needs one' }];
  }
  const inference = inferenceSpecOf(op, path);
  return inference === null || inference.ok ? [] : inference.errors;
}

/** Members whose values are not shown: an error goes into logs and results. */
const SECRET = /(?:token|secret|password|key|key_id)$/i;

function describe(path: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (path.split(/[^\w-]+/).some((name) => SECRET.test(name))) return 'something that is not shown';
  let text: string | undefined;
  try {
    text = JSON.stringify(value, (name, member: unknown) => (SECRET.test(name) ? '…' : member));
  } catch {
    text = undefined;
  }
  if (text === undefined) return typeof value;
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
