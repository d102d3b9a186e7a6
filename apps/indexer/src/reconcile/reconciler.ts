import { ForkError } from '../pipeline/finality.js';
import { EventsNotKeptError } from '../retention/kept.js';
import { pause } from '../rpc/backoff.js';
import type { RpcClient } from '../rpc/client.js';
import { RpcError } from '../rpc/errors.js';
import { StaleListingError } from '../source/errors.js';
import { createTransactionFetcher } from '../source/fetch-transactions.js';
import type { Healer } from './healer.js';
import { createMemory, type Memory } from './memory.js';
import { type ReconcileDeps, type Reconciliation, reconcile } from './reconcile.js';
import { findRemedy } from './remedy.js';

export interface ReconcilerOptions extends Omit<ReconcileDeps, 'stored' | 'rpc'> {
  readonly rpc: RpcClient;
  readonly healer: Pick<Healer, 'request'>;
  /** From the end of one comparison to the next, where nothing is to be healed. */
  readonly intervalMs: number;
  readonly onOutcome: (outcome: Reconciliation) => void;
  /** Told what was done about differences. */
  readonly onHealing: (done: string) => void;
  readonly onFailure: (error: Error) => void;
}

/** Compares the tables with the chain again and again, and has healed what differs. */
export interface Reconciler {
  /** Must be told how far everything is stored, also after something was taken back. */
  covered(slot: bigint): void;
  /** Begins when the tip was reached for the first time; ends when aborted. */
  run(signal: AbortSignal): Promise<void>;
}

const COVER_CHECK_MS = 100;
/** To the next comparison after something was done, or found for the first time. */
const SOON_MS = 1_000;
/** So many comparisons may follow each other soon. */
const MAX_SOON = 20;

/** Creates a reconciler; it compares nothing before it runs. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { database, rpc, network, healer, onFailure } = options;
  const fetcher = createTransactionFetcher(rpc);
  let coveredSlot = -1n;
  const stored = async (slot: bigint, signal: AbortSignal): Promise<void> => {
    while (coveredSlot < slot) await pause(COVER_CHECK_MS, signal);
  };

  /** Has the writer do what can be done; what it was, null where there was nothing to do. */
  const heal = async (
    outcome: Reconciliation,
    memory: Memory,
    signal: AbortSignal,
  ): Promise<string | null> => {
    const { differences } = outcome;
    const deps = { database, rpc, fetcher, network };
    const { request, refused } = await findRemedy(deps, differences, memory.isToFold, signal);
    await memory.noteRefused(outcome, refused);
    if (request.missing.length === 0 && !request.refold) return null;
    try {
      return await healer.request(request, signal);
    } catch (error) {
      // They went after it was looked: next time that is known.
      if (error instanceof EventsNotKeptError) return null;
      if (!(error instanceof ForkError)) throw error;
      return 'what was not final was read again, in order';
    } finally {
      // The writer goes on from what it took back; until it says how far, nothing is known to be stored.
      coveredSlot = -1n;
    }
  };

  /** Whether the next comparison is to follow soon. */
  const once = async (memory: Memory, signal: AbortSignal): Promise<boolean> => {
    const outcome = await reconcile({ ...options, stored }, signal);
    await memory.noteOutcome(outcome);
    options.onOutcome(outcome);
    const done = await heal(outcome, memory, signal);
    if (done !== null) options.onHealing(done);
    return memory.noteDone(outcome, done);
  };

  return {
    covered(slot) {
      coveredSlot = slot;
    },
    async run(signal) {
      const memory = await createMemory(database);
      for (let soon = 0; !signal.aborted; ) {
        let isSoon = false;
        try {
          isSoon = await once(memory, signal);
        } catch (error) {
          if (signal.aborted) return;
          // Some providers do not list a program's accounts, or contradict themselves; the next look may reach another.
          if (!(error instanceof RpcError || error instanceof StaleListingError)) throw error;
          onFailure(error);
        }
        soon = isSoon ? soon + 1 : 0;
        const wait = isSoon && soon <= MAX_SOON ? SOON_MS : options.intervalMs;
        await pause(wait, signal).catch(() => {});
      }
    },
  };
}
