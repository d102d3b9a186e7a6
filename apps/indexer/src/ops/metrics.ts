import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

import type { IndexerObserver } from './observer.js';
import { STAGES } from './stages.js';
import type { LiveStatus } from './status.js';

export interface MetricsOptions {
  readonly status: () => LiveStatus;
  /** Documents to fetch, by the lane that they wait in; null when nobody can tell. */
  readonly contentQueue: () => Promise<{ readonly fresh: number; readonly retries: number } | null>;
  /** Hours whose figures are to be counted again; null when nobody can tell. */
  readonly hoursToCount: () => Promise<number | null>;
}

export interface Metrics {
  readonly observer: IndexerObserver;
  readonly contentType: string;
  /** Everything in Prometheus's text format. */
  read(): Promise<string>;
}

const PREFIX = 'inferscan_indexer_';
/** From a batch of a slot at the tip to one of a bulk that waits for the network. */
const BATCH_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The indexer's metrics, in a registry of their own. docs/indexer.md lists them. */
export function createMetrics({ status, contentQueue, hoursToCount }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const gauge = (name: string, help: string, read: (live: LiveStatus) => number | null): void => {
    new Gauge({
      name: PREFIX + name,
      help,
      registers,
      collect() {
        const value = read(status());
        // Nothing is said while nothing is known: a zero would be a claim.
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  };
  gauge('head_slot', 'The newest confirmed slot of the chain', ({ progress }) => slotOf(progress?.headSlot));
  gauge('indexed_slot', 'Everything up to this slot is stored', ({ progress }) =>
    slotOf(progress?.indexedSlot),
  );
  gauge('lag_slots', 'Slots between the head of the chain and what is stored', ({ lagSlots }) => lagSlots);
  gauge(
    'lag_seconds',
    'Since everything up to the head was stored; until then an estimate by slots of 0.4 s',
    ({ lagSeconds }) => lagSeconds,
  );
  gauge('at_tip', '1 once the head was reached, 0 during the backfill', ({ progress }) =>
    progress === null ? null : Number(progress.phase === 'tip'),
  );
  gauge('writer', '1 for the indexer that writes, 0 for one that stands by or starts', ({ role }) =>
    Number(role === 'writer'),
  );

  const transactions = new Counter({
    name: `${PREFIX}transactions_total`,
    help: 'Transactions stored by this process',
    registers,
  });
  const rollbacks = new Counter({
    name: `${PREFIX}rollbacks_total`,
    help: 'Times that transactions were taken back because a fork dropped them',
    registers,
  });
  const rolledBack = new Counter({
    name: `${PREFIX}rolled_back_transactions_total`,
    help: 'Transactions that were taken back',
    registers,
  });
  const batches = new Histogram({
    name: `${PREFIX}batch_seconds`,
    help: 'Time of a batch with transactions by stage: fetch (with waiting for it), fold (with decoding), write',
    labelNames: ['stage'],
    buckets: BATCH_BUCKETS,
    registers,
  });
  for (const stage of STAGES) batches.zero({ stage });
  const calls = new Counter({
    name: `${PREFIX}rpc_requests_total`,
    help: 'Calls of RPC methods by server (without keys) and outcome: ok, or the code of the failure',
    labelNames: ['endpoint', 'method', 'outcome'],
    registers,
  });
  new Gauge({
    name: `${PREFIX}content_queue`,
    help: 'Documents to fetch, by lane: fresh, or retries after a failure',
    labelNames: ['lane'],
    registers,
    async collect() {
      this.reset();
      const queue = await contentQueue();
      if (queue === null) return;
      this.set({ lane: 'fresh' }, queue.fresh);
      this.set({ lane: 'retries' }, queue.retries);
    },
  });
  new Gauge({
    name: `${PREFIX}hours_to_count`,
    help: 'Hours whose figures are to be counted again',
    registers,
    async collect() {
      const hours = await hoursToCount();
      if (hours === null) this.remove();
      else this.set(hours);
    },
  });

  return {
    observer: {
      progress: (progress) => transactions.inc(progress.transactions),
      stage: (stage, seconds) => batches.observe({ stage }, seconds),
      rollback(count) {
        rollbacks.inc();
        rolledBack.inc(count);
      },
      call: (record) => calls.inc({ ...record }),
    },
    contentType: registry.contentType,
    read: () => registry.metrics(),
  };
}

const slotOf = (slot: bigint | undefined): number | null => (slot === undefined ? null : Number(slot));
