import type { FlowState } from '@inferscan/formats';

import { failedFlow, flowOf, type OperationOutcome, stoppedFlow } from '../result/flow.js';
import type { JobReference } from '../result/receipt.js';
import { loadDefinition } from './definition.js';
import { notBegun, runGroup } from './group.js';
import { createOperationRunner, type OperationDeps } from './operation.js';
import { planOperations } from './plan.js';
import { stopCause } from './stop.js';

/** A job that the chain names. */
export interface JobDeps extends OperationDeps {
  reference: JobReference & { definitionCid: string };
}

/**
 * Runs a job: fetches and checks its definition, runs its groups one after another and the operations of each side by side, and
 * says in the result what happened. Never throws: a job that cannot be run is answered with a result that says why.
 * @param signal aborted with ExecutionStopped when the job has to stop; what was done until then is kept
 */
export async function executeJob(deps: JobDeps, signal: AbortSignal): Promise<FlowState> {
  const startTime = Date.now();
  const times = () => ({ startTime, endTime: Date.now() });
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
    const runner = createOperationRunner(deps, loaded.definition, plan.groups);
    const outcomes: OperationOutcome[] = [];
    try {
      for (const group of plan.groups) {
        const isOver = signal.aborted;
        outcomes.push(
          ...(isOver ? group.map(({ op }) => notBegun(op)) : await runGroup(group, runner.run, signal)),
        );
      }
    } finally {
      await runner.close();
    }
    return flowOf(outcomes, times(), signal.aborted ? stoppedAlive(outcomes) : undefined);
  } catch (error) {
    if (signal.aborted) return stoppedFlow(stopCause(signal), times());
    const reason = error instanceof Error ? error.message : String(error);
    return failedFlow({ event: 'inference-error', message: `the node failed: ${reason}` }, times());
  }
}

/** Why the job was stopped, as far as that met an operation that was alive. */
function stoppedAlive(outcomes: readonly OperationOutcome[]) {
  return outcomes.find(({ stopped }) => stopped !== undefined && stopped !== 'served')?.stopped;
}
