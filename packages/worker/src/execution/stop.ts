/** Why a running job, or an operation of it, is stopped before it is through. */
export type StopCause =
  | 'expired'
  | 'ended'
  | 'shutdown'
  /** The operation served others, and they have ended. */
  | 'served';

/** Reason that the signal of an execution is aborted with. */
export class ExecutionStopped extends Error {
  override readonly name = 'ExecutionStopped';
  constructor(readonly why: StopCause) {
    super(`execution stopped: ${why}`);
  }
}

/** The cause behind an aborted signal; anything unknown counts as a shutdown of the node. */
export function stopCause(signal: AbortSignal): StopCause {
  return signal.reason instanceof ExecutionStopped ? signal.reason.why : 'shutdown';
}
