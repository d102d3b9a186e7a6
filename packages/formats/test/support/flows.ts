import type { ChainFacts, DefinitionEvidence, FaultContext } from '../../src/index.js';

/** 1 May 2025, 1 November 2025 and 1 June 2026: days of hosts A, B and C. */
export const DAY = { A: 1_746_057_600n, B: 1_761_955_200n, C: 1_780_272_000n } as const;
export const TIMEOUT = 3_600n;

/** A run of 100 seconds that its host finished. */
export const chain = (facts: Partial<ChainFacts> = {}): ChainFacts => {
  const startedAt = facts.startedAt === undefined ? DAY.B : facts.startedAt;
  return {
    end: 'finish',
    startedAt,
    endedAt: startedAt === null ? null : startedAt + 100n,
    timeout: TIMEOUT,
    now: null,
    ...facts,
  };
};

/** A run that took all its time. */
export const whole = (facts: Partial<ChainFacts> = {}): ChainFacts =>
  chain({ endedAt: (facts.startedAt ?? DAY.B) + TIMEOUT, ...facts });

const READ = {
  state: 'read',
  valid: true,
  service: false,
  confidential: false,
  operations: 1,
  awaiting: [],
} as const;

export const definition = (facts: Partial<DefinitionEvidence & { state: 'read' }> = {}): FaultContext => ({
  definition: { ...READ, ...facts },
  ranElsewhere: false,
});
export const service = definition({ service: true });
export const unread: FaultContext = { definition: { state: 'unread' }, ranElsewhere: false };
export const unreadable: FaultContext = { definition: { state: 'unreadable' }, ranElsewhere: false };

const NO_FLAGS = { hostShutDown: false, jobStopped: false, jobExpired: false };

/** A flow state as hosts write it. */
export const flow = (status: string, ...opStates: object[]) => ({
  status,
  startTime: 1_000,
  endTime: 2_000,
  errors: [] as unknown[],
  secrets: {},
  opStates,
});

/** An operation as hosts of the second generation write it. */
export const op = (state: object = {}) => ({
  operationId: 'a',
  group: 'a',
  providerId: 'f00d',
  status: 'success',
  startTime: 1_000,
  endTime: 2_000,
  exitCode: 0 as number | null,
  logs: [] as object[],
  errors: [] as object[],
  diagnostics: { reason: NO_FLAGS },
  ...state,
});

/** As one of the first generation: no errors, no diagnostics. */
export const opA = (state: object = {}) => {
  const { errors: _, diagnostics: __, ...rest } = op(state);
  return rest;
};

export const failedOp = (state: object = {}) => op({ status: 'failed', ...state });

/** An operation that failed before its container was there. */
export const opError = (event: string, message: string, code?: number) =>
  failedOp({
    exitCode: 2,
    providerId: null,
    errors: [{ event, message, ...(code === undefined ? {} : { code }) }],
  });

/** An operation that was alive when everything was stopped. */
export const flaggedOp = (flag: keyof typeof NO_FLAGS, state: object = {}) =>
  op({ status: 'stopped', exitCode: 137, diagnostics: { reason: { ...NO_FLAGS, [flag]: true } }, ...state });

/** An operation whose container the engine still knew. */
export const exitedOp = (exitCode: number, state: object = {}) =>
  failedOp({
    exitCode,
    diagnostics: { reason: NO_FLAGS, state: { ExitCode: exitCode, OOMKilled: false, ...state } },
  });

export const hostLine = (log: string) => ({ type: 'nodeerr', log, timestamp: '2025-11-01T00:00:00.000Z' });
