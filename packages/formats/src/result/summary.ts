import { FlowState, OperationError, type OpState } from './flow-state.js';

export interface FlowSummary {
  state: 'success' | 'failed' | 'stopped' | 'unknown';
  /** Plain sentence: why it did not succeed. */
  reason?: string;
}

/** Statuses under which a host posts a result of a job that it never ran. */
const NEVER_RAN: ReadonlyMap<string, string> = new Map([
  ['', 'the host did not run the job'],
  ['init error', 'the host could not plan the job'],
  ['validation-error', 'the definition is not valid'],
  ['logistics-error', 'the result could not be delivered to its receiver'],
]);

/**
 * What a result says happened. The flow's own status misleads (hosts write `success` over failed and
 * expired ops), so special statuses, then the flags of stopped ops, then op statuses, then exit codes decide.
 */
export function flowSummary(value: unknown): FlowSummary {
  const parsed = FlowState.safeParse(value);
  if (!parsed.success) return { state: 'unknown', reason: 'the result is not a flow state' };
  const flow = parsed.data;
  const ops = flow.opStates ?? [];
  const status = flow.status ?? undefined;

  const neverRan = status === undefined ? undefined : NEVER_RAN.get(status);
  if (neverRan !== undefined) {
    return { state: 'failed', reason: firstErrorText(flow.errors) ?? neverRan };
  }
  if (ops.some((op) => op.diagnostics?.reason?.hostShutDown)) {
    return { state: 'failed', reason: 'the host shut down' };
  }
  if (ops.some((op) => op.diagnostics?.reason?.jobStopped)) {
    return { state: 'stopped', reason: 'the poster ended the job' };
  }
  if (ops.some((op) => op.diagnostics?.reason?.jobExpired)) {
    return { state: 'stopped', reason: 'the job reached its timeout' };
  }
  const failed = ops.find((op) => op.status === 'failed' || hasErrors(op));
  if (failed) return { state: 'failed', reason: failureOf(failed) };
  if (status === 'failed') {
    return { state: 'failed', reason: firstErrorText(flow.errors) ?? 'the host failed' };
  }
  if (status === 'stopped' || ops.some((op) => op.status === 'stopped')) {
    return { state: 'stopped', reason: 'the job was stopped' };
  }
  // Old hosts wrote `success` over a non-zero exit.
  const nonZero = ops.find((op) => typeof op.exitCode === 'number' && op.exitCode !== 0);
  if (nonZero) return { state: 'failed', reason: failureOf(nonZero) };
  if (ops.length === 0) return { state: 'unknown', reason: 'the result names no operation' };
  if (ops.every((op) => op.status === 'success')) return { state: 'success' };
  return { state: 'unknown', reason: 'not every operation ran to its end' };
}

function errorsOf(op: OpState): unknown[] {
  return [...(op.errors ?? []), ...(op.error === undefined || op.error === null ? [] : [op.error])];
}

function hasErrors(op: OpState): boolean {
  return errorsOf(op).length > 0;
}

function failureOf(op: OpState): string {
  const name = op.operationId ? `operation ${op.operationId}` : 'an operation';
  const nodeLog = (op.logs ?? []).findLast((line) => line.type === 'nodeerr' && line.log)?.log;
  const text = firstErrorText(errorsOf(op)) ?? nodeLog?.trim();
  if (text) return `${name}: ${text}`;
  return typeof op.exitCode === 'number' && op.exitCode !== 0
    ? `${name} exited with code ${op.exitCode}`
    : `${name} failed`;
}

function firstErrorText(errors: readonly unknown[] | null | undefined): string | undefined {
  const first = (errors ?? []).flat(2)[0];
  if (first === undefined || first === null) return undefined;
  if (typeof first === 'string') return first;
  const parsed = OperationError.safeParse(first);
  if (!parsed.success) return undefined;
  const { event, message } = parsed.data;
  if (message && event) return `${event}: ${message}`;
  return message ?? event ?? undefined;
}
