import type { InferenceEngine } from '@inferscan/inference';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

import { addEnergy, type EnergyOptions } from './energy.js';
import { meterEngine } from './metered-engine.js';

/** What the node's life tells of itself. */
export interface NodeObserver {
  /** After every look at the chain. */
  looked(seen: {
    /** Place in the queue that the node waits in, from 1; null where it waits in none. */
    queue: { market: string; position: number; nodes: number } | null;
    isRunning: boolean;
    /** Jobs whose pay is final, and that pay in base units of NOS. */
    book: { jobs: number; earned: bigint };
  }): void;
  /** After every job, with the state of its result. */
  jobEnded(state: string): void;
}

export interface NodeMetrics {
  readonly observer: NodeObserver;
  /** The engine, with what it is asked and answers counted. */
  meter(engine: InferenceEngine): InferenceEngine;
  /** All figures as Prometheus reads them. */
  text(): Promise<string>;
  readonly contentType: string;
}

const BASE_UNITS_PER_NOS = 1e6;

/** Figures of one node; two in a process have nothing in common but those of the process. */
export function createNodeMetrics(energy: EnergyOptions): NodeMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  addEnergy(registry, energy);

  const running = new Gauge({ name: 'inferscan_job_running', help: 'Whether a job runs', registers });
  const ended = new Counter({
    name: 'inferscan_jobs_total',
    help: 'Jobs run, by the state of their result',
    labelNames: ['state'],
    registers,
  });
  const position = new Gauge({
    name: 'inferscan_queue_position',
    help: "Place in a market's queue, from 1; 0: in none",
    labelNames: ['market'],
    registers,
  });
  const nodes = new Gauge({
    name: 'inferscan_queue_nodes',
    help: 'Nodes in that queue',
    labelNames: ['market'],
    registers,
  });
  const paid = new Gauge({ name: 'inferscan_paid_jobs', help: 'Jobs whose pay is final', registers });
  const earned = new Gauge({ name: 'inferscan_earned_nos', help: 'Final pay in NOS, in all', registers });

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    meter: (engine) => meterEngine(engine, registry),
    observer: {
      looked({ queue, isRunning, book }) {
        running.set(isRunning ? 1 : 0);
        position.reset();
        nodes.reset();
        if (queue !== null) {
          position.set({ market: queue.market }, queue.position);
          nodes.set({ market: queue.market }, queue.nodes);
        }
        paid.set(book.jobs);
        earned.set(Number(book.earned) / BASE_UNITS_PER_NOS);
      },
      jobEnded: (state) => ended.inc({ state }),
    },
  };
}
