import {
  describeIssues,
  type FormatIssue,
  inferenceSpecOf,
  isServing,
  isWorkerImage,
  type JobDefinition,
  type JobOperation,
  validateDefinition,
} from '@inferscan/formats';

import type { ContainerHost } from '../containers/engine.js';
import { failureOf, NO_ANSWER } from '../containers/failures.js';
import type { HealthTimes } from '../containers/health.js';
import { type JobContainers, openJobContainers } from '../containers/job-containers.js';
import { notLongAfter } from '../containers/patience.js';
import { type ServiceDeps, type ServicePlace, serveModel } from '../endpoint/serve.js';
import type { Logger } from '../log.js';
import type { JobFailure } from '../result/failure.js';
import { EXIT, type OperationOutcome } from '../result/flow.js';
import type { RunOperation } from './group.js';
import { type InferenceDeps, runInference } from './inference.js';
import { hasLiterals, type LiteralValues, type OperationFacts, resolveLiterals } from './literals.js';
import type { PlannedGroup } from './plan.js';
import { stopCause } from './stop.js';

export interface ContainersDeps {
  host: ContainerHost;
  place: ServicePlace;
  log: Logger;
  healthTimes?: HealthTimes | undefined;
  /** For how long after its job's end a container that was told to end is waited for. Default 20 s. */
  patienceMs?: number | undefined;
}

const PATIENCE_MS = 20_000;

export interface OperationDeps extends InferenceDeps {
  service?: ServiceDeps | undefined;
  /** Where containers run, and are reached; ops that are none of inference fail without. */
  containers?: ContainersDeps | undefined;
  /** The address that posted the job, for literals. */
  project?: string | undefined;
}

/** Runs the ops of one job. */
export interface OperationRunner {
  /** Never throws: what goes wrong is in the outcome. */
  readonly run: RunOperation;
  /** Removes what the ops used. */
  close(): Promise<void>;
}

/** What runs the ops of a job: inference in this process, anything else in containers. */
export function createOperationRunner(
  deps: OperationDeps,
  definition: JobDefinition,
  groups: readonly PlannedGroup[],
): OperationRunner {
  const { job, node } = deps.reference;
  let containers: Promise<JobContainers> | undefined;
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

  const run: RunOperation = async ({ op: written, index }, progress, signal) => {
    const resolved = resolveOperation(written, index, definition, values);
    if (!resolved.ok) return failed(written, EXIT.failed, invalid(resolved.errors));
    const knows = (more: OperationFacts) => facts.set(written.id, { ...facts.get(written.id), ...more });
    const outcome = await runResolved(resolved.op);
    knows({ results: outcome.results });
    return { ...outcome, op: written };

    async function runResolved(op: JobOperation): Promise<OperationOutcome> {
      const inference = inferenceSpecOf(op, `$input.ops[${index}]`);
      if (inference === null) {
        if (deps.containers === undefined) return failed(op, EXIT.host, unsupported(op));
        try {
          containers ??= openContainers(deps.containers);
          const running = containers.then((all) => all.run(op, index, { ...progress, knows }, signal));
          const { patienceMs = PATIENCE_MS } = deps.containers;
          return await notLongAfter(signal, patienceMs, running, () => ({
            ...failed(op, EXIT.host, NO_ANSWER),
            status: 'stopped' as const,
            stopped: stopCause(signal),
          }));
        } catch (error) {
          return failed(op, EXIT.host, failureOf(error, 'container-runtime-error'));
        }
      }
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

  function openContainers({ host, place, log, healthTimes }: ContainersDeps): Promise<JobContainers> {
    const publishAt = place.host ?? '127.0.0.1';
    return openJobContainers({
      host,
      node,
      job: job ?? '',
      definition,
      vramMb: deps.hardware.gpus.reduce((sum, gpu) => sum + gpu.memory_mb, 0),
      sideBySide: Math.max(...groups.map((group) => group.filter(({ op }) => runsContainer(op)).length)),
      publishAt,
      publicName: place.publicUrl === undefined ? publishAt : new URL(place.publicUrl).hostname,
      log,
      healthTimes,
    });
  }

  return {
    run,
    async close() {
      const closing = containers?.then((all) => all.close()).catch(() => undefined);
      const { patienceMs = PATIENCE_MS } = deps.containers ?? {};
      await notLongAfter(AbortSignal.abort(), patienceMs, closing ?? Promise.resolve(), () => undefined);
    },
  };
}

const runsContainer = (op: JobOperation): boolean => 'image' in op.args && !isWorkerImage(op.args.image);

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
