import { describeIssues, type FlowState, inferenceSpecOf, type JobOperation } from '@inferscan/formats';

import { isServing, type ServiceDeps, serveModel } from '../endpoint/serve.js';
import { EXIT, failedFlow, flowOf, type OperationOutcome, stoppedFlow } from '../result/flow.js';
import type { JobReference } from '../result/receipt.js';
import { loadDefinition } from './definition.js';
import { type InferenceDeps, runInference } from './inference.js';
import { planOperations } from './plan.js';
import { stopCause } from './stop.js';

/** A job that the chain names. */
export interface JobDeps extends InferenceDeps {
  reference: JobReference & { definitionCid: string };
}

/**
 * Runs a job: fetches and checks its definition, runs its operations one after another, and says in the result what happened.
 * Never throws: a job that cannot be run is answered with a result that says why.
 * @param signal aborted with ExecutionStopped when the job has to stop; what was done until then is kept
 */
export async function executeJob(
  deps: JobDeps & { service?: ServiceDeps | undefined },
  signal: AbortSignal,
): Promise<FlowState> {
  const startTime = Date.now();
  const times = () => ({ startTime, endTime: Date.now() });
  const outcomes: OperationOutcome[] = [];
  try {
    signal.throwIfAborted();
    const loaded = await loadDefinition(
      deps.content,
      deps.reference.definitionCid,
      signal,
      deps.fetchAttempts,
    );
    if (!loaded.ok) return failedFlow(loaded.failure, times());
    const plan = planOperations(loaded.definition);
    if (!plan.ok) {
      return failedFlow(
        { event: 'validation-error', message: `the plan is not valid: ${plan.message}` },
        times(),
      );
    }
    for (const op of plan.order) {
      outcomes.push(
        signal.aborted
          ? notBegun(op)
          : await runOperation(deps, op, loaded.definition.ops.indexOf(op), signal),
      );
    }
    const stopped = outcomes.find((outcome) => outcome.stopped)?.stopped;
    return flowOf(outcomes, times(), stopped);
  } catch (error) {
    if (signal.aborted) return stoppedFlow(stopCause(signal), times());
    const reason = error instanceof Error ? error.message : String(error);
    return failedFlow({ event: 'inference-error', message: `the node failed: ${reason}` }, times());
  }
}

function notBegun(op: JobOperation): OperationOutcome {
  return { op, status: 'init', startTime: null, endTime: null, exitCode: null, logs: [] };
}

async function runOperation(
  deps: InferenceDeps & { service?: ServiceDeps | undefined },
  op: JobOperation,
  opIndex: number,
  signal: AbortSignal,
): Promise<OperationOutcome> {
  const inference = inferenceSpecOf(op);
  if (inference?.ok && deps.service && isServing(inference.spec)) {
    return serveModel({ ...deps, ...deps.service }, op, opIndex, inference.spec, signal);
  }
  if (inference?.ok) return runInference(deps, op, inference.spec, signal);
  const now = Date.now();
  const what = 'image' in op.args ? `the image ${op.args.image}` : `operations of type ${op.type}`;
  return {
    op,
    status: 'failed',
    startTime: now,
    endTime: now,
    exitCode: EXIT.host,
    logs: [],
    failure: inference
      ? { event: 'validation-error', message: describeIssues(inference.errors), details: inference.errors }
      : {
          event: 'unsupported-operation',
          message: `this node runs inference operations only, not ${what}: it has no container engine`,
        },
  };
}
