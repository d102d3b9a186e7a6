import { FlowState } from '../result/flow-state.js';
import type { ChainFacts, FaultContext, ResultEvidence } from './evidence.js';
import { flowVerdict } from './flow-verdict.js';
import { type HostGeneration, hostGeneration, isOlderResult } from './generation.js';
import {
  type Fault,
  type Outcome,
  REASONS,
  type ReasonCode,
  sentenceOf,
  type Verdict,
  type WaitsFor,
} from './reasons.js';

/** How a job came to its end, and whose fault it was if it did not succeed. */
export interface Attribution {
  readonly outcome: Outcome;
  readonly fault: Fault;
  readonly code: ReasonCode;
  /** The code as a sentence, with what the result itself says. */
  readonly reason: string;
  /** Of the host that wrote the result; null without one, or where it cannot be told. */
  readonly generation: HostGeneration | null;
  /** What could change this; null: nothing but another history. */
  readonly waitsFor: WaitsFor | null;
}

/**
 * Seconds that a host has after a timeout to finish, and after a poster's `end` to add its result, before it counts
 * as gone. Ours, not the network's: uploading and landing a transaction take a minute at most.
 */
export const GRACE_SECONDS = 600n;

/** 23 January 2025: before, the program had no way to add a result to a job that its poster had ended. */
const FIRST_COMPLETE = 1_737_590_400n;

/**
 * Attributes the end of a job, or of one run of it, by the chain first and then by the result. Never throws: results
 * and definitions are written by strangers.
 */
export function attributeFault(
  chain: ChainFacts,
  result: ResultEvidence,
  context: FaultContext = { definition: { state: 'unread' }, ranElsewhere: false },
): Attribution {
  const parsed = result.state === 'read' ? FlowState.safeParse(result.json) : null;
  const flow = parsed?.success ? parsed.data : null;
  const verdict = chainVerdict(chain, result, flow, context) ?? resultVerdict(chain, result, flow, context);
  const older = result.state === 'read' && isOlderResult(result.json);
  return {
    outcome: REASONS[verdict.code].outcome,
    fault: REASONS[verdict.code].fault,
    code: verdict.code,
    reason: sentenceOf(verdict),
    generation: older ? 'older' : flow === null ? null : hostGeneration(flow, chain.startedAt),
    waitsFor: verdict.waitsFor ?? null,
  };
}

/** What the chain alone decides; null where the result has the word. */
function chainVerdict(
  chain: ChainFacts,
  result: ResultEvidence,
  flow: FlowState | null,
  context: FaultContext,
): Verdict | null {
  switch (chain.end) {
    case 'delist':
      return { code: 'delisted' };
    case 'admin':
      return { code: 'closed_by_admin' };
    case 'quit':
      return { code: 'quit' };
    case 'open':
      return isOverdue(chain) ? hostGone(context) : { code: 'running' };
    case 'end':
      return result.state === 'none' ? endedWithoutResult(chain, context) : endedWithResult(result, flow);
    case 'finish':
      return null;
  }
}

/** A run that stands longer after its timeout than any host takes to finish. */
function isOverdue({ startedAt, timeout, now }: ChainFacts): boolean {
  return startedAt !== null && now !== null && now - startedAt >= timeout + GRACE_SECONDS;
}

/** The host vanished, unless nobody can read what it was asked to do. */
function hostGone({ definition, ranElsewhere }: FaultContext): Verdict {
  if (definition.state === 'unread') return { code: 'host_gone', waitsFor: 'definition' };
  if (definition.state === 'read' || ranElsewhere) return { code: 'host_gone' };
  return { code: 'definition_not_found', waitsFor: 'definition_found' };
}

function endedWithoutResult(chain: ChainFacts, context: FaultContext): Verdict {
  const { endedAt, startedAt, timeout, now } = chain;
  if (endedAt === null) return { code: 'ended_just_now' };
  if (startedAt !== null && endedAt - startedAt >= timeout + GRACE_SECONDS) return hostGone(context);
  if (endedAt < FIRST_COMPLETE) return { code: 'ended_before_completion' };
  if (now === null || now - endedAt < GRACE_SECONDS)
    return { code: 'ended_just_now', waitsFor: 'completion' };
  const gone = hostGone(context);
  return gone.code === 'host_gone' ? { ...gone, code: 'ended_without_result' } : gone;
}

/** The poster ended the job and the host added its result: nobody's fault, unless the host says that it failed. */
function endedWithResult(result: ResultEvidence, flow: FlowState | null): Verdict {
  if (flow?.status === 'failed' && (flow.opStates ?? []).length === 0) return { code: 'host_failed' };
  const open = result.state === 'unread' || result.state === 'missing';
  return { code: 'ended', waitsFor: open ? 'result' : undefined };
}

function resultVerdict(
  chain: ChainFacts,
  result: ResultEvidence,
  flow: FlowState | null,
  context: FaultContext,
): Verdict {
  switch (result.state) {
    case 'none':
    case 'unread':
      return { code: 'result_unread', waitsFor: 'result' };
    case 'missing':
      return { code: 'result_missing', waitsFor: 'result' };
    case 'unreadable':
      return { code: 'result_unreadable' };
    case 'read':
      if (isOlderResult(result.json)) return { code: 'result_of_old_format' };
      return flow === null ? { code: 'result_not_a_flow' } : flowVerdict(flow, chain, context);
  }
}
