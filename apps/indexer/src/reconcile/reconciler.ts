import { pause } from '../rpc/backoff.js';
import { RpcError } from '../rpc/errors.js';
import { type ReconcileDeps, type Reconciliation, reconcile } from './reconcile.js';

export interface ReconcilerOptions extends Omit<ReconcileDeps, 'stored'> {
  /** From the end of one comparison to the next. */
  readonly intervalMs: number;
  readonly onOutcome: (outcome: Reconciliation) => void;
  readonly onFailure: (error: RpcError) => void;
}

/** Compares the tables with the chain again and again. */
export interface Reconciler {
  /** Must be told how far everything is stored. */
  covered(slot: bigint): void;
  /** Begins when the tip was reached for the first time; ends when aborted. */
  run(signal: AbortSignal): Promise<void>;
}

const COVER_CHECK_MS = 100;

/** Creates a reconciler; it compares nothing before it runs. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  let coveredSlot = -1n;
  const stored = async (slot: bigint, signal: AbortSignal): Promise<void> => {
    while (coveredSlot < slot) await pause(COVER_CHECK_MS, signal);
  };
  return {
    covered(slot) {
      coveredSlot = slot;
    },
    async run(signal) {
      while (!signal.aborted) {
        try {
          options.onOutcome(await reconcile({ ...options, stored }, signal));
        } catch (error) {
          if (signal.aborted) return;
          // Some providers do not list a program's accounts; the next look may reach another.
          if (!(error instanceof RpcError)) throw error;
          options.onFailure(error);
        }
        await pause(options.intervalMs, signal).catch(() => {});
      }
    },
  };
}
