import { createServer } from 'node:net';

import { FlowState } from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import { cidFromDigest } from '@inferscan/storage';
import { afterAll, afterEach } from 'vitest';

import type { Job } from '../../src/chain/accounts.js';
import type { WorkerOptions } from '../../src/worker.js';
import { type PostedJob, startNetwork, type TestNode, until } from './network.js';
import { startNode } from './node.js';

/** What the first market of the localnet pays, base units of NOS per second. */
export const PRICE = 48n;

/** A network and an engine for a test file; nodes that it starts leave after each test, and all of it ends with the file. */
export async function runningNodes() {
  const network = await startNetwork();
  const engine = await createInferenceEngine();
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  afterAll(async () => {
    await engine.close();
    await network.close();
  });

  return {
    network,
    engine,
    /** What else has to end after a test. */
    stops,

    /** Starts a node in this process that leaves at the end of the test. */
    async start(node: TestNode, change: Partial<WorkerOptions> = {}, running: InferenceEngine = engine) {
      const started = await startNode(network, running, node, change);
      stops.push(() => started.leave().catch(() => undefined));
      return started;
    },

    async queued(node: TestNode, market = network.market): Promise<void> {
      await until('the node to queue', async () => {
        return (await network.waitingNodes(market)).includes(node.signer.address);
      });
    },

    async resultOf(posted: Pick<PostedJob, 'job'>): Promise<{ job: Job; flow: FlowState }> {
      const job = await until('the result', async () => {
        const found = await network.job(posted.job);
        return found?.resultDigest ? found : null;
      });
      const value = await network.content.fetchJson(cidFromDigest(job.resultDigest ?? new Uint8Array()));
      return { job, flow: FlowState.parse(value) };
    },
  };
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
