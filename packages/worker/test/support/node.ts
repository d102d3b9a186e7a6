import type { InferenceEngine } from '@inferscan/inference';

import { hardwareReport } from '../../src/hardware/report.js';
import { createWorker, type WorkerOptions } from '../../src/worker.js';
import type { TestNetwork, TestNode } from './network.js';

/** Starts a node in this process, in the first market unless told otherwise. */
export async function startNode(
  network: TestNetwork,
  engine: InferenceEngine,
  node: TestNode,
  change: Partial<WorkerOptions> = {},
) {
  const worker = await createWorker({
    signer: node.signer,
    markets: [network.market],
    rpcUrl: network.url,
    wsUrl: network.wsUrl,
    content: network.content,
    engine,
    hardware: await hardwareReport(),
    stateDir: `${node.stateDir}/${node.signer.address}`,
    log: network.log,
    pollMs: 500,
    fetchAttempts: 2,
    ...change,
  });
  const drain = new AbortController();
  const kill = new AbortController();
  const running = worker.run(drain.signal, kill.signal);
  running.catch(() => undefined);
  return {
    /** Makes the node leave, and waits until it has. */
    leave: () => {
      drain.abort();
      return running;
    },
    die: async () => {
      kill.abort(new Error('killed'));
      await running.catch(() => undefined);
    },
  };
}
