import type { FlowState, OperationError, OpState } from '../result/flow-state.js';
import { type ChainFacts, type FaultContext, reachedTimeout } from './evidence.js';
import { errorsOf, eventVerdict, failureOf, firstFailed, isBareKill } from './operations.js';
import type { Verdict } from './reasons.js';

/**
 * Why a job that its host finished came to its end. The flow's own status misleads: hosts of the second generation
 * write `success` over failed and expired operations. So: statuses under which nothing ran, the flags of operations
 * that were alive at the stop, errors of operations, exit codes.
 */
export function flowVerdict(flow: FlowState, chain: ChainFacts, context: FaultContext): Verdict {
  const ops = flow.opStates ?? [];
  return (
    specialStatus(flow, chain, context) ??
    (ops.length === 0 ? withoutOperations(flow, context) : null) ??
    flagged(ops, chain, context) ??
    failed(flow, ops, chain, context) ??
    stopped(flow, ops, chain, context) ??
    ended(flow, ops, context)
  );
}

function specialStatus(flow: FlowState, chain: ChainFacts, { definition }: FaultContext): Verdict | null {
  const detail = errorTexts(flow)[0];
  switch (flow.status) {
    case '': {
      if (reachedTimeout(chain) === true) return { code: 'picked_up_late' };
      if (definition.state === 'unread') return { code: 'definition_unread', waitsFor: 'definition' };
      if (definition.state === 'unreadable')
        return { code: 'definition_invalid', waitsFor: 'definition_found' };
      return { code: definition.valid ? 'definition_refused' : 'definition_invalid', detail };
    }
    case 'init error': {
      const texts = errorTexts(flow);
      if (texts.some((text) => text.includes('not iterable'))) return { code: 'host_restarted', detail };
      return { code: texts.length > 0 ? 'plan_invalid' : 'plan_unclear', detail };
    }
    case 'validation-error':
      return { code: 'definition_invalid', detail };
    case 'logistics-error':
      return { code: 'delivery_failed', detail };
    default:
      return null;
  }
}

const BEFORE_IT_RAN = new Set(['validation-error', 'logistics-error']);

/** A result without operations: of a confidential job, of a definition without any, or of a host that did not begin. */
function withoutOperations(flow: FlowState, { definition }: FaultContext): Verdict {
  if (flow.status === 'failed') {
    const confidential = definition.state === 'read' && definition.confidential;
    for (const error of rootErrors(flow)) {
      // Of a confidential job nothing else is told, and only its host's own trouble fails it as a whole.
      if (confidential && !BEFORE_IT_RAN.has(error.event ?? '')) continue;
      const verdict = eventVerdict(error, null);
      if (verdict !== null) return verdict;
    }
    return { code: 'host_failed', detail: errorTexts(flow)[0] };
  }
  if (flow.status === 'stopped') return { code: 'ended' };
  if (definition.state === 'unread') return { code: 'no_operations', waitsFor: 'definition' };
  if (definition.state === 'unreadable') return { code: 'no_operations', waitsFor: 'definition_found' };
  if (definition.confidential) return { code: 'confidential' };
  return { code: definition.operations === 0 && flow.status === 'success' ? 'completed' : 'no_operations' };
}

function flagged(ops: readonly OpState[], chain: ChainFacts, context: FaultContext): Verdict | null {
  const withFlag = (flag: 'hostShutDown' | 'jobStopped' | 'jobExpired') =>
    ops.filter(({ diagnostics }) => diagnostics?.reason?.[flag]);
  if (withFlag('hostShutDown').length > 0) return { code: 'host_shut_down' };
  if (withFlag('jobStopped').length > 0) return { code: 'ended' };
  const expired = withFlag('jobExpired');
  return expired.length > 0 ? expiry(ops, expired, chain, context) : null;
}

/** A job that was stopped with the flag for timeouts, which hosts also set when they are asked to stop it. */
function expiry(
  ops: readonly OpState[],
  alive: readonly OpState[],
  chain: ChainFacts,
  context: FaultContext,
): Verdict {
  const reached = reachedTimeout(chain);
  if (reached === null) return { code: 'stopped_at_unknown_time' };
  if (!reached) return { code: 'stopped_early' };
  // No container yet: the image was still being pulled. Whether it is large or the host slow cannot be told.
  if (alive.some(({ providerId }) => !providerId)) return { code: 'expired_while_starting' };
  const unhealthy = neverHealthy(ops, context);
  if (unhealthy !== null) return unhealthy;
  const { definition } = context;
  if (definition.state === 'unread') return { code: 'expired', waitsFor: 'definition' };
  if (definition.state === 'unreadable') return { code: 'expired', waitsFor: 'definition_found' };
  return { code: definition.service ? 'service_expired' : 'batch_expired' };
}

/** A failed health check leaves nothing behind but operations that waited for it and never began. */
function neverHealthy(ops: readonly OpState[], { definition, ranElsewhere }: FaultContext): Verdict | null {
  if (definition.state !== 'read') return null;
  const waiting = ops.some(
    ({ status, operationId }) =>
      (status === 'init' || status === 'pending') &&
      typeof operationId === 'string' &&
      definition.awaiting.includes(operationId),
  );
  if (!waiting) return null;
  return ranElsewhere ? { code: 'never_healthy_here' } : { code: 'never_healthy', waitsFor: 'elsewhere' };
}

function failed(
  flow: FlowState,
  ops: readonly OpState[],
  chain: ChainFacts,
  context: FaultContext,
): Verdict | null {
  const op = firstFailed(ops);
  if (op === undefined) return null;
  // Older hosts set no flags: only the chain tells a stop from a kill.
  if (!hasFlags(ops) && isBareKill(op) && reachedTimeout(chain) === true) {
    return expiry(ops, [op], chain, context);
  }
  const verdict = failureOf(op, flow.status === 'failed');
  const name = op.operationId ? `operation ${op.operationId}` : undefined;
  return { ...verdict, detail: [name, verdict.detail].filter((part) => part !== undefined).join(': ') };
}

function stopped(
  flow: FlowState,
  ops: readonly OpState[],
  chain: ChainFacts,
  context: FaultContext,
): Verdict | null {
  const alive = ops.filter(({ status }) => status === 'stopped');
  if (alive.length > 0) {
    if (!hasFlags(ops) && reachedTimeout(chain) === true) return expiry(ops, alive, chain, context);
    return { code: flow.status === 'stopped' ? 'ended' : 'operation_stopped' };
  }
  return flow.status === 'stopped' ? { code: 'ended' } : null;
}

function ended(flow: FlowState, ops: readonly OpState[], context: FaultContext): Verdict {
  if (flow.status === 'failed') return { code: 'host_failed', detail: errorTexts(flow)[0] };
  if (ops.every(({ status }) => status === 'success')) return { code: 'completed' };
  const unhealthy = neverHealthy(ops, context);
  if (unhealthy !== null) return unhealthy;
  const { state } = context.definition;
  if (state === 'unread') return { code: 'incomplete', waitsFor: 'definition' };
  return { code: 'incomplete', waitsFor: state === 'unreadable' ? 'definition_found' : undefined };
}

const hasFlags = (ops: readonly OpState[]): boolean => ops.some(({ diagnostics }) => diagnostics?.reason);

function rootErrors(flow: FlowState): OperationError[] {
  return errorsOf({ errors: flow.errors ?? null, exitCode: null } as OpState);
}

function errorTexts(flow: FlowState): string[] {
  return rootErrors(flow).flatMap(({ event, message }) => message ?? event ?? []);
}
