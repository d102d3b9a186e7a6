import type { FlowLog, FlowState, JobOperation, OpState } from '@inferscan/formats';

import { groupOf } from '../execution/plan.js';
import type { StopCause } from '../execution/stop.js';
import type { JobFailure } from './failure.js';

/** Exit codes as the network's hosts use them. */
export const EXIT = {
  success: 0,
  /** The job itself is at fault. */
  failed: 1,
  /** Trouble on the host's side. */
  host: 2,
  /** Stopped from outside. */
  stopped: 143,
} as const;

export interface OperationOutcome {
  op: JobOperation;
  status: 'init' | 'success' | 'failed' | 'stopped';
  /** Unix milliseconds; null if it never began. */
  startTime: number | null;
  endTime: number | null;
  /** The container's own where one ran, otherwise one of EXIT. */
  exitCode: number | null;
  logs: FlowLog[];
  results?: Record<string, string[]>;
  failure?: JobFailure;
  stopped?: StopCause;
  /** The engine's own record of the container that ran it. */
  containerState?: object;
  /** What ran it, where it was ready before it was stopped: without, a job that expired counts as never begun. */
  provider?: string;
}

function errorOf(failure: JobFailure): Record<string, unknown> {
  return {
    event: failure.event,
    message: failure.message,
    ...(failure.code === undefined ? {} : { code: failure.code }),
    ...(failure.details === undefined ? {} : { details: failure.details }),
  };
}

function flagsOf(stopped: StopCause | undefined) {
  return {
    hostShutDown: stopped === 'shutdown',
    jobStopped: stopped === 'ended',
    jobExpired: stopped === 'expired',
  };
}

/** A log line of the host. */
function nodeError(message: string, at: number): FlowLog {
  return { type: 'nodeerr', log: `${message}\n`, timestamp: new Date(at).toISOString() };
}

function opStateOf(outcome: OperationOutcome): OpState {
  const { op, failure } = outcome;
  return {
    operationId: op.id,
    group: groupOf(op),
    providerId: outcome.provider ?? null,
    status: outcome.status,
    startTime: outcome.startTime,
    endTime: outcome.endTime,
    exitCode: outcome.exitCode,
    logs: failure
      ? [...outcome.logs, nodeError(failure.message, outcome.endTime ?? Date.now())]
      : outcome.logs,
    ...(outcome.results ? { results: outcome.results } : {}),
    errors: failure ? [errorOf(failure)] : [],
    diagnostics: {
      reason: flagsOf(outcome.stopped),
      ...(outcome.containerState && { state: outcome.containerState }),
    },
  };
}

/** The flow's own status. An expired job says `success`, as the network's hosts write it: the flag tells. */
function statusOf(outcomes: readonly OperationOutcome[], stopped: StopCause | undefined): string {
  if (stopped === 'ended') return 'stopped';
  if (stopped === 'shutdown') return 'failed';
  return outcomes.some((outcome) => outcome.status === 'failed') ? 'failed' : 'success';
}

/** The result of a job whose operations were run, or begun. */
export function flowOf(
  outcomes: readonly OperationOutcome[],
  times: { startTime: number; endTime: number },
  stopped?: StopCause,
): FlowState {
  return {
    status: statusOf(outcomes, stopped),
    ...times,
    errors: [],
    secrets: {},
    opStates: outcomes.map(opStateOf),
  };
}

/** The result of a job that was not run. */
export function failedFlow(failure: JobFailure, times: { startTime: number; endTime: number }): FlowState {
  return { status: 'failed', ...times, errors: [errorOf(failure)], secrets: {}, opStates: [] };
}

/** The result of a job that was stopped before any operation began, so that no operation can carry the flag. */
export function stoppedFlow(stopped: StopCause, times: { startTime: number; endTime: number }): FlowState {
  if (stopped === 'expired') {
    return failedFlow({ event: 'expired', message: 'the job reached its timeout before it was run' }, times);
  }
  if (stopped === 'shutdown') {
    return failedFlow(
      { event: 'operation-error', message: 'the node shut down before the job was run' },
      times,
    );
  }
  return { status: 'stopped', ...times, errors: [], secrets: {}, opStates: [] };
}
