import type { Progress } from '../pipeline/follow.js';
import type { IndexerObserver, Role } from './observer.js';

/** A server of the chain, as this process has found it. */
export interface EndpointStatus {
  /** Without keys. */
  readonly endpoint: string;
  readonly calls: number;
  readonly failures: number;
  /** ISO 8601; null before the first one. */
  readonly lastAnswerAt: string | null;
  readonly lastFailure: { readonly at: string; readonly code: string } | null;
}

/** What an indexer does, as far as it knows itself. */
export interface LiveStatus {
  readonly role: Role;
  /** Null before the first batch. */
  readonly progress: Omit<Progress, 'transactions'> | null;
  readonly lagSlots: number | null;
  readonly lagSeconds: number | null;
  /** Since anything was read from the chain, batches without transactions included, or an index of a load was begun. */
  readonly idleSeconds: number;
  readonly transactions: number;
  readonly rollbacks: number;
  readonly endpoints: readonly EndpointStatus[];
}

/** Solana's pace, by which a lag is estimated while the head was not reached yet. */
const SLOT_SECONDS = 0.4;

/** Listens to an indexer and can say at any time how it is. `now` is in milliseconds. */
export function createStatus(
  urls: readonly string[],
  now: () => number = Date.now,
): { observer: IndexerObserver; read(): LiveStatus } {
  const endpoints = new Map<string, EndpointStatus>(
    urls.map((endpoint) => [
      endpoint,
      { endpoint, calls: 0, failures: 0, lastAnswerAt: null, lastFailure: null },
    ]),
  );
  let role: Role = 'starting';
  let progress: Progress | null = null;
  let heardAt = now();
  let atHeadAt: number | null = null;
  let transactions = 0;
  let rollbacks = 0;

  const lagSeconds = (lagSlots: number): number =>
    atHeadAt === null ? lagSlots * SLOT_SECONDS : (now() - atHeadAt) / 1_000;

  return {
    observer: {
      role(changed) {
        role = changed;
        heardAt = now();
        if (changed === 'writer') return;
        progress = null;
        atHeadAt = null;
      },
      progress(latest) {
        progress = latest;
        transactions += latest.transactions;
        heardAt = now();
        if (latest.indexedSlot >= latest.headSlot) atHeadAt = heardAt;
      },
      finishing() {
        heardAt = now();
      },
      rollback() {
        rollbacks++;
      },
      call({ endpoint, outcome }) {
        const before = endpoints.get(endpoint);
        const at = new Date(now()).toISOString();
        const isGood = outcome === 'ok';
        endpoints.set(endpoint, {
          endpoint,
          calls: (before?.calls ?? 0) + 1,
          failures: (before?.failures ?? 0) + (isGood ? 0 : 1),
          lastAnswerAt: isGood ? at : (before?.lastAnswerAt ?? null),
          lastFailure: isGood ? (before?.lastFailure ?? null) : { at, code: outcome },
        });
      },
    },
    read() {
      const lagSlots = progress === null ? null : Number(progress.headSlot - progress.indexedSlot);
      return {
        role,
        progress:
          progress === null
            ? null
            : { headSlot: progress.headSlot, indexedSlot: progress.indexedSlot, phase: progress.phase },
        lagSlots: lagSlots === null ? null : Math.max(0, lagSlots),
        lagSeconds: lagSlots === null ? null : Math.max(0, lagSeconds(lagSlots)),
        idleSeconds: (now() - heardAt) / 1_000,
        transactions,
        rollbacks,
        endpoints: [...endpoints.values()],
      };
    },
  };
}
