import { z } from 'zod';

const Milliseconds = z.number().nullish();

/** One line of an op's log. `nodeerr` lines are written by the host, not by the container. */
export const FlowLog = z.looseObject({
  type: z.string(),
  log: z.string().nullish(),
  timestamp: z.union([z.string(), z.number()]).nullish(),
});
export type FlowLog = z.infer<typeof FlowLog>;

/** Why ops that were alive at the end were stopped. */
const DiagnosticsReason = z.looseObject({
  hostShutDown: z.boolean().nullish(),
  jobStopped: z.boolean().nullish(),
  jobExpired: z.boolean().nullish(),
  reason: z.string().nullish(),
});

/** An error of an op; older hosts call the field `error` and write one. */
export const OperationError = z.looseObject({
  event: z.string().nullish(),
  message: z.string().nullish(),
  code: z.union([z.number(), z.string()]).nullish(),
});
export type OperationError = z.infer<typeof OperationError>;

/** State of one op. */
export const OpState = z.looseObject({
  operationId: z.string().nullish(),
  group: z.string().nullish(),
  providerId: z.string().nullish(),
  status: z.string().nullish(),
  startTime: Milliseconds,
  endTime: Milliseconds,
  exitCode: z.number().nullish(),
  logs: z.array(FlowLog).nullish(),
  results: z.record(z.string(), z.union([z.string(), z.array(z.string())])).nullish(),
  errors: z.array(z.unknown()).nullish(),
  error: z.unknown().optional(),
  diagnostics: z
    .looseObject({ reason: DiagnosticsReason.nullish(), state: z.unknown().optional() })
    .nullish(),
});
export type OpState = z.infer<typeof OpState>;

/**
 * A job's result as the network's hosts post it. Lenient: hosts of several generations wrote it,
 * so only what would make it unreadable is refused, and unknown fields are kept.
 */
export const FlowState = z.looseObject({
  status: z.string().nullish(),
  startTime: Milliseconds,
  endTime: Milliseconds,
  errors: z.array(z.unknown()).nullish(),
  opStates: z.array(OpState).max(10_000).nullish(),
  secrets: z.unknown().optional(),
});
export type FlowState = z.infer<typeof FlowState>;
