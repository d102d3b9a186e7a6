import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { TestNetwork, TestNode } from './network.js';
import { type NodeProcess, nodeArguments, runCommand } from './node-process.js';

/** Numbers from 0 to 1 that are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What RPCs are seen to do, one kind at a time; null is a while without. */
const FAULTS = [
  null,
  { tooManyRequests: 0.2, retryAfterSeconds: 0 },
  { serverError: 0.2 },
  { cutBody: 0.15 },
  { stale: 0.2 },
  { emptyList: 0.1 },
  { latencyMs: { min: 20, max: 200 } },
  { dropSocket: 0.3, duplicate: 0.2, outOfOrder: 0.2 },
  { skipSlot: 0.3 },
] as const;

/** How long a node takes to start on a machine that has nothing else to do. */
const QUICK_START_MS = 1_500;

export interface ChaosOptions {
  readonly network: TestNetwork;
  readonly node: TestNode;
  readonly seed: number;
  /** How often the node is killed before all of it ends by itself; 0: never, and nothing ends. */
  readonly kills: number;
}

/** A node that is killed every few seconds, on a chain that fails in many ways, until it is told to stop. */
export function startChaos({ network, node, seed, kills }: ChaosOptions) {
  const random = randomOf(seed);
  const between = (min: number, max: number) => min + random() * (max - min);
  const over = new AbortController();
  const counts = { kills: 0, faults: 0, forks: 0 };
  const rss: number[] = [];
  let current = start();

  function start(): NodeProcess {
    return runCommand(network, [...nodeArguments(network, node), '--unregistered']);
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);

  async function kill(): Promise<void> {
    while (counts.kills < kills && !over.signal.aborted) {
      const begun = performance.now();
      const hasStarted = () => current.lines.some(({ msg }) => msg === 'node started');
      while (!hasStarted() && current.child.exitCode === null && !over.signal.aborted) await pause(50);
      if (current.child.exitCode !== null) {
        throw new Error(`the node ended by itself: ${current.errors.join('\n')}`);
      }
      // On a busy machine a node would otherwise die before it has done anything, again and again.
      const slowness = Math.max(1, (performance.now() - begun) / QUICK_START_MS);
      await pause(between(500, 4_000) * slowness);
      if (over.signal.aborted) return;
      current.child.kill('SIGKILL');
      await current.ended;
      counts.kills += 1;
      current = start();
    }
    if (kills > 0) over.abort();
  }

  async function fail(): Promise<void> {
    for (let round = 0; !over.signal.aborted; round++) {
      const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? null;
      await network.control('setFaults', [fault && { seed: round, ...fault }]);
      if (fault) counts.faults += 1;
      await pause(between(1_500, 4_000));
    }
    await network.control('setFaults', [null]);
  }

  async function fork(): Promise<void> {
    for (;;) {
      await pause(between(3_000, 9_000));
      if (over.signal.aborted) return;
      await network.control('fork', [{ drop: 1 + Math.floor(random() * 4) }]);
      counts.forks += 1;
    }
  }

  async function watchMemory(): Promise<void> {
    while (!over.signal.aborted) {
      const status = await readFile(`/proc/${current.child.pid}/status`, 'utf8').catch(() => '');
      const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
      if (kilobytes) rss.push(Math.round(Number(kilobytes) / 1024));
      await pause(1_000);
    }
  }

  const running = Promise.all([kill(), fail(), fork(), watchMemory()]);
  let failure: unknown;
  running.catch((error: unknown) => {
    failure = error;
    over.abort();
  });
  return {
    counts,
    /** Megabytes, one each second. */
    rss,
    /** @throws what went wrong with the node, or with making things go wrong */
    check(): void {
      if (failure !== undefined) throw failure;
    },
    /** Ends faults, forks and kills; the node goes on. @throws what went wrong with any of them */
    async stop(): Promise<void> {
      over.abort();
      await running;
    },
    /** Has the node leave. */
    async leave() {
      current.child.kill('SIGTERM');
      return current.ended;
    },
    async destroy(): Promise<void> {
      over.abort();
      await running.catch(() => undefined);
      if (current.child.exitCode === null && current.child.signalCode === null) {
        current.child.kill('SIGKILL');
        await current.ended;
      }
    },
  };
}
