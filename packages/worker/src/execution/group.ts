import type { JobOperation } from '@inferscan/formats';

import type { OperationOutcome } from '../result/flow.js';
import type { PlannedGroup, PlannedOperation } from './plan.js';
import { ExecutionStopped } from './stop.js';

/** What an op tells while it runs, so that others of its group may begin. */
export interface Progress {
  /** It runs. */
  begun(): void;
  /** Others can use it: it runs or, where it exposes something, has passed its health checks. */
  ready(): void;
}

export type RunOperation = (
  planned: PlannedOperation,
  progress: Progress,
  signal: AbortSignal,
) => Promise<OperationOutcome>;

/** Something that happens, or will not any more. */
interface Milestone {
  readonly reached: Promise<boolean>;
  settle(reached: boolean): void;
}

function createMilestone(): Milestone {
  let settle: (reached: boolean) => void = () => undefined;
  const reached = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  return { reached, settle };
}

interface Standing {
  readonly begun: Milestone;
  readonly ready: Milestone;
  readonly ended: Milestone;
}

/**
 * Runs the ops of a group side by side, each as soon as those that it waits for are ready. One that waits for what never will be is
 * not begun. Outcomes are in the order of the group.
 * @param run must not throw
 */
export async function runGroup(
  group: PlannedGroup,
  run: RunOperation,
  signal: AbortSignal,
): Promise<OperationOutcome[]> {
  const standings = new Map<string, Standing>(
    group.map(({ op }) => [
      op.id,
      { begun: createMilestone(), ready: createMilestone(), ended: createMilestone() },
    ]),
  );
  const aborted = whenAborted(signal);

  async function runOne(planned: PlannedOperation): Promise<OperationOutcome> {
    const own = standings.get(planned.op.id);
    const others = (ids: readonly string[]) => ids.flatMap((id) => standings.get(id) ?? []);
    const stop = new AbortController();
    try {
      const missing = await Promise.race([
        aborted.then(() => 'stopped' as const),
        firstMissing(planned, standings),
      ]);
      if (missing === 'stopped' || signal.aborted) return notBegun(planned.op);
      if (missing !== null) return notBegun(planned.op, `it waits for the operation ${missing}`);
      if (planned.serves.length > 0) {
        void Promise.all(others(planned.serves).map(({ ended }) => ended.reached)).then(() =>
          stop.abort(new ExecutionStopped('served')),
        );
      }
      return await run(
        planned,
        { begun: () => own?.begun.settle(true), ready: () => own?.ready.settle(true) },
        AbortSignal.any([signal, stop.signal]),
      );
    } finally {
      own?.begun.settle(false);
      own?.ready.settle(false);
      own?.ended.settle(true);
    }
  }

  return Promise.all(group.map(runOne));
}

/** Waits until all that an op waits for is there; the first that will never be, in the order of its list. */
async function firstMissing(
  { waitsFor, servers }: PlannedOperation,
  standings: ReadonlyMap<string, Standing>,
): Promise<string | null> {
  for (const id of servers) {
    if ((await standings.get(id)?.begun.reached) !== true) return `${id}, which did not begin`;
  }
  for (const id of waitsFor) {
    if ((await standings.get(id)?.ready.reached) !== true) return `${id}, which never was ready`;
  }
  return null;
}

/** An op that did not begin, and why where that was not a stop of the job. */
export function notBegun(op: JobOperation, reason?: string): OperationOutcome {
  const logs =
    reason === undefined
      ? []
      : [{ type: 'nodeerr', log: `not begun: ${reason}\n`, timestamp: new Date().toISOString() }];
  return { op, status: 'init', startTime: null, endTime: null, exitCode: null, logs };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
