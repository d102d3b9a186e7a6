import {
  describeIssues,
  type FormatIssue,
  inferenceSpecOf,
  type JobDefinition,
  type JobOperation,
  validateDefinition,
} from '@inferscan/formats';

import { isServing, type ServiceDeps, serveModel } from '../endpoint/serve.js';
import type { JobFailure } from '../result/failure.js';
import { EXIT, type OperationOutcome } from '../result/flow.js';
import type { RunOperation } from './group.js';
import { type InferenceDeps, runInference } from './inference.js';
import { hasLiterals, type LiteralValues, type OperationFacts, resolveLiterals } from './literals.js';

export interface OperationDeps extends InferenceDeps {
  service?: ServiceDeps | undefined;
  /** The address that posted the job, for literals. */
  project?: string | undefined;
}

/** What runs the ops of a job: inference in this process. Never throws: what goes wrong is in the outcome. */
export function createOperationRunner(deps: OperationDeps, definition: JobDefinition): RunOperation {
  const { job, node } = deps.reference;
  const facts = new Map<string, OperationFacts>();
  const values: LiteralValues = {
    globals: {
      host: node,
      ...(job !== null && { job }),
      ...(deps.project !== undefined && { project: deps.project }),
    },
    variables: definition.global?.variables ?? {},
    ops: facts,
  };

  return async ({ op: written, index }, progress, signal) => {
    const resolved = resolveOperation(written, index, definition, values);
    if (!resolved.ok) return failed(written, EXIT.failed, invalid(resolved.errors));
    const outcome = await run(resolved.op);
    facts.set(written.id, { ...facts.get(written.id), results: outcome.results });
    return { ...outcome, op: written };

    function run(op: JobOperation): Promise<OperationOutcome> | OperationOutcome {
      const inference = inferenceSpecOf(op, `$input.ops[${index}]`);
      if (inference === null) return failed(op, EXIT.host, unsupported(op));
      if (!inference.ok) return failed(op, EXIT.failed, invalid(inference.errors));
      progress.begun();
      if (deps.service && isServing(inference.spec)) {
        if (isChecked(op)) progress.ready();
        return serveModel({ ...deps, ...deps.service }, op, index, inference.spec, signal);
      }
      progress.ready();
      return runInference(deps, op, inference.spec, signal);
    }
  };
}

/** The op with what its literals stand for, which has to be as valid as one without. */
function resolveOperation(
  op: JobOperation,
  index: number,
  definition: JobDefinition,
  values: LiteralValues,
): { ok: true; op: JobOperation } | { ok: false; errors: FormatIssue[] } {
  if (!hasLiterals(op.args)) return { ok: true, op };
  const path = `$input.ops[${index}]`;
  const resolved = resolveLiterals(op.args, values, `${path}.args`);
  if (!resolved.ok) return { ok: false, errors: [resolved.error] };
  const checked = validateDefinition({ ...definition, ops: [{ ...op, args: resolved.args }] });
  const [valid] = checked.ok ? checked.definition.ops : [];
  if (valid) return { ok: true, op: valid };
  const errors = checked.ok ? [] : checked.errors;
  return {
    ok: false,
    errors: errors.map((issue) => ({ ...issue, path: issue.path.replace('$input.ops[0]', path) })),
  };
}

/**
 * Hosts of the network let ops wait for one that exposes a port until it has passed a health check, and for ever where it has
 * none. The endpoint of this process is up when it begins.
 */
function isChecked(op: JobOperation): boolean {
  const expose = 'expose' in op.args ? op.args.expose : undefined;
  return (
    Array.isArray(expose) &&
    expose.some(
      (entry) => typeof entry === 'object' && 'health_checks' in entry && entry.health_checks?.length,
    )
  );
}

function invalid(errors: readonly FormatIssue[]): JobFailure {
  return { event: 'validation-error', message: describeIssues(errors), details: errors };
}

function unsupported(op: JobOperation): JobFailure {
  const what = 'image' in op.args ? `the image ${op.args.image}` : `operations of type ${op.type}`;
  return {
    event: 'unsupported-operation',
    message: `this node runs inference operations only, not ${what}: it has no container engine`,
  };
}

function failed(op: JobOperation, exitCode: number, failure: JobFailure): OperationOutcome {
  const now = Date.now();
  return { op, status: 'failed', startTime: now, endTime: now, exitCode, logs: [], failure };
}
