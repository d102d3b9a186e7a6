import { z } from 'zod';

import { OperationError, type OpState } from '../result/flow-state.js';
import {
  containerStartReason,
  type ErrorText,
  hostErrorReason,
  imagePullReason,
  resourceReason,
} from './error-text.js';
import type { ReasonCode, Verdict } from './reasons.js';

/** Exit codes that mean something beside the container's own. */
const HOST_SIDE = 2;
const KILLED = 137;
const TERMINATED = 143;

/** The engine's own record of a container. */
const ContainerState = z.looseObject({
  OOMKilled: z.boolean().optional().catch(undefined),
  ExitCode: z.number().optional().catch(undefined),
});

/** Statuses under which an exit code says nothing of the operation. */
const NOT_ENDED = new Set(['init', 'pending', 'running', 'stopped']);

/** Errors of an operation: hosts of a time called the field `error` and wrote one. */
export function errorsOf(op: OpState): OperationError[] {
  const all = [...(op.errors ?? []), ...(op.error === undefined || op.error === null ? [] : [op.error])];
  return all.flat(2).flatMap((error) => {
    if (typeof error === 'string') return [{ message: error }];
    const parsed = OperationError.safeParse(error);
    return parsed.success ? [parsed.data] : [];
  });
}

const hasFailed = (op: OpState): boolean =>
  op.status === 'failed' ||
  errorsOf(op).length > 0 ||
  // The oldest hosts wrote `success` over a non-zero exit.
  (!!op.exitCode && !NOT_ENDED.has(op.status ?? ''));

/** The operation that failed first. */
export function firstFailed(ops: readonly OpState[]): OpState | undefined {
  const failed = ops.filter(hasFailed);
  const endOf = ({ endTime }: OpState): number => endTime || Number.POSITIVE_INFINITY;
  return failed.reduce<OpState | undefined>(
    (first, op) => (first === undefined || endOf(op) < endOf(first) ? op : first),
    undefined,
  );
}

/** Whether all that is known of an operation is that a signal ended it, as stops do. */
export function isBareKill(op: OpState): boolean {
  return (
    (op.exitCode === KILLED || op.exitCode === TERMINATED) &&
    errorsOf(op).length === 0 &&
    stateOf(op)?.OOMKilled !== true
  );
}

/** Why an operation failed: its errors, then what the host wrote into its log, then how its container ended. */
export function failureOf(op: OpState, flowFailed: boolean): Verdict {
  return errorVerdict(op) ?? hostLogVerdict(op, flowFailed) ?? exitVerdict(op);
}

/** Reasons of errors by the event that hosts write. */
const BY_EVENT: Readonly<Record<string, (error: ErrorText, op: OpState | null) => ReasonCode>> = {
  'image-pull-error': imagePullReason,
  'container-runtime-error': containerStartReason,
  'resource-error': resourceReason,
  // The reference worker exits with 1 for what the job asked, with 2 as all hosts for its own trouble.
  'operation-error': (error, op) => (op?.exitCode === 1 ? 'request_invalid' : resourceReason(error)),
  'validation-error': () => 'definition_invalid',
  'logistics-error': () => 'delivery_failed',
  'inference-error': () => 'inference_failed',
  'unsupported-operation': () => 'unsupported_operation',
  expired: () => 'picked_up_late',
};

/** The reason that an error's event and text give; null for events that are not known. */
export function eventVerdict(error: OperationError, op: OpState | null): Verdict | null {
  const { event, message, code } = error;
  const decide = event && Object.hasOwn(BY_EVENT, event) ? BY_EVENT[event] : undefined;
  if (decide === undefined) return null;
  return { code: decide({ message: message ?? '', code }, op), detail: message ?? undefined };
}

function errorVerdict(op: OpState): Verdict | null {
  const errors = errorsOf(op);
  const [first] = errors;
  if (first === undefined) return null;
  for (const error of errors) {
    const verdict = eventVerdict(error, op);
    if (verdict !== null) return verdict;
  }
  return { code: 'error_unclear', detail: first.message ?? first.event ?? undefined };
}

function hostLogVerdict(op: OpState, flowFailed: boolean): Verdict | null {
  const line = (op.logs ?? []).findLast(({ type, log }) => type === 'nodeerr' && log)?.log;
  if (line === undefined || line === null) return null;
  // Hosts that stop the whole flow over trouble of their own say so in the log only.
  if (flowFailed || (op.exitCode === HOST_SIDE && stateOf(op) === null)) {
    return { code: hostErrorReason(line), detail: line };
  }
  return op.exitCode ? null : { code: 'literal_invalid', detail: line };
}

function exitVerdict(op: OpState): Verdict {
  const state = stateOf(op);
  const { exitCode } = op;
  if (state?.OOMKilled === true) return { code: 'out_of_memory' };
  if (!exitCode) return { code: 'failed_without_reason' };
  if (exitCode === KILLED || exitCode === TERMINATED)
    return { code: 'killed', detail: `exit code ${exitCode}` };
  if (exitCode === HOST_SIDE && state?.ExitCode !== HOST_SIDE) {
    // Without a container nothing but the host can have exited.
    const container = Boolean(op.providerId) && !op.diagnostics;
    return { code: container ? 'exit_code_unclear' : 'host_error', detail: 'exit code 2' };
  }
  return { code: 'exit_code', detail: `exit code ${exitCode}` };
}

function stateOf(op: OpState): z.infer<typeof ContainerState> | null {
  const parsed = ContainerState.safeParse(op.diagnostics?.state);
  return parsed.success ? parsed.data : null;
}
