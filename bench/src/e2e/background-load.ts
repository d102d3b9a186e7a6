import { setTimeout as delay } from 'node:timers/promises';

import { createExtensions, EXTENDED_JOBS } from '../indexer/extensions.js';
import { createBenchRpc } from '../localnet/rpc.js';

const CONNECTIONS = 16;
const SEND_CONFIG = { encoding: 'base64', skipPreflight: true };
/** Made at once: a blockhash stays valid for longer than they take. */
const SECONDS_AT_ONCE = 2;
/**
 * Sent in one request: others' transactions reach a node in packets, so that their requests are no part of what is measured.
 * It divides the number of jobs, so that requests `REQUESTS_APART` from each other change the same ones.
 */
const IN_A_REQUEST = 8;
const REQUESTS_APART = EXTENDED_JOBS / IN_A_REQUEST;

export interface BackgroundLoad {
  /** Ends it, and tells how many were sent a second. @throws what a transaction failed with */
  stop(): Promise<number>;
}

/** Sends transactions of the jobs program at a steady pace until it is stopped, each a change of a job and its vault. */
export async function startLoad(rpcUrl: string, perSecond: number): Promise<BackgroundLoad> {
  const rpc = createBenchRpc(rpcUrl, CONNECTIONS);
  const extensions = await createExtensions(rpc, rpcUrl);
  const since = performance.now();
  const atOnce = Math.ceil((perSecond * SECONDS_AT_ONCE) / IN_A_REQUEST) * IN_A_REQUEST;
  let [sent, stopped] = [0, false];
  const send = async (): Promise<void> => {
    let before: Promise<unknown>[] = [];
    while (!stopped) {
      const transactions = await extensions.next(atOnce);
      const sending: Promise<unknown>[] = [...before];
      for (let from = 0; from < transactions.length && !stopped; from += IN_A_REQUEST) {
        await delay(since + (sent * 1_000) / perSecond - performance.now());
        const calls = transactions
          .slice(from, from + IN_A_REQUEST)
          .map((transaction) => ({ method: 'sendTransaction', params: [transaction, SEND_CONFIG] }));
        // One job's extensions must arrive in order.
        const former = sending.at(-REQUESTS_APART) ?? Promise.resolve();
        const next = former.then(() => rpc.batch(calls));
        // A failure is told by those that wait for it.
        next.catch(() => {});
        sending.push(next);
        sent += calls.length;
      }
      before = sending.slice(-REQUESTS_APART);
      await Promise.all(before);
    }
  };
  const running = send();
  running.catch(() => {});
  return {
    async stop() {
      stopped = true;
      try {
        await running;
      } finally {
        rpc.close();
      }
      return (sent * 1_000) / (performance.now() - since);
    },
  };
}
