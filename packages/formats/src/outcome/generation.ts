import type { FlowState } from '../result/flow-state.js';
import { RESULT_RECEIPT } from '../result/output.js';

/**
 * Generations of the network's host software: `older` wrote a map of results; `A` up to August 2025; `B` until March
 * 2026; `C` in containers since, which writes the same fields as B.
 */
export type HostGeneration = 'older' | 'A' | 'B' | 'C';

/** 1 August 2025: B was not there before. */
const FIRST_OF_B = 1_754_006_400n;
/** 3 March 2026: B could not queue any more. */
const FIRST_OF_C = 1_772_496_000n;

/**
 * Which generation wrote a flow state; null where neither its fields nor its time tell.
 * @param startedAt when the run started by the chain
 */
export function hostGeneration(flow: FlowState, startedAt: bigint | null): HostGeneration | null {
  const ops = flow.opStates ?? [];
  // Receipts are written by the reference worker, which is of no generation.
  if (ops.some(({ results }) => results?.[RESULT_RECEIPT] !== undefined)) return null;
  const newer = startedAt !== null && startedAt >= FIRST_OF_C;
  if (ops.some((op) => op.diagnostics || op.errors || isObject(op.error))) return newer ? 'C' : 'B';
  if (ops.some(({ status }) => status === 'pending')) return 'A';
  if (newer) return 'C';
  return startedAt !== null && startedAt < FIRST_OF_B ? 'A' : null;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Whether a document is a result as hosts before A wrote it: results by operation, no states. */
export function isOlderResult(json: unknown): boolean {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  const { results, opStates } = json as Record<string, unknown>;
  return isObject(results) && !Array.isArray(results) && opStates === undefined;
}
