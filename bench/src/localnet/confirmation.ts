import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../percentile.js';
import { rounded } from '../report.js';
import type { LocalnetBench } from './figures.js';
import { createTransferSource, SEND_CONFIG, signatureOf } from './load.js';
import type { BenchRpc } from './rpc.js';
import { withLocalnet } from './running.js';
import { openSignatureWatch, type SignatureWatch } from './signature-watch.js';

const CONNECTIONS = 16;
const PER_SECOND = 200;
const SECONDS_PER_RUN = 10;
const WARM_UP_SECONDS = 3;
const SLOT_MS = 400;
const PATIENCE_MS = 30_000;

/**
 * Transfers at a steady pace that does not wait for answers. Each begins, like any client's, with a subscription to
 * its signature; measured is from there to the confirmed notification, in slots.
 */
export async function measureConfirmation(bench: LocalnetBench): Promise<void> {
  const { dataDir, profileDir, runs, report, progress } = bench;
  await withLocalnet(
    { dataDir, profileDir, slotMs: SLOT_MS, connections: CONNECTIONS },
    async (localnet, rpc) => {
      const watch = await openSignatureWatch(localnet.wsUrl);
      const source = await createTransferSource(rpc);
      const run = async (seconds: number): Promise<number[]> =>
        (await confirmAtPace(rpc, watch, await source.next(PER_SECOND * seconds))).map((ms) => ms / SLOT_MS);
      await run(WARM_UP_SECONDS);
      const slots: number[] = [];
      for (let done = 1; done <= runs; done += 1) {
        slots.push(...(await run(SECONDS_PER_RUN)));
        const [p50, p99] = [0.5, 0.99].map((fraction) => percentile(slots, fraction).toFixed(2));
        progress(`run ${done} of ${runs}: so far p50 ${p50}, p99 ${p99} slots`);
      }
      watch.close();
      const figure = (name: string, fraction: number): void =>
        report({
          figure: name,
          value: rounded(percentile(slots, fraction), 2),
          unit: 'slots',
          runs: slots.length,
        });
      figure('confirm_p50_slots', 0.5);
      figure('confirm_p99_slots', 0.99);
    },
  );
}

/** Sends each transaction when it is due; resolves to the milliseconds that each took from then to confirmation. */
async function confirmAtPace(
  rpc: BenchRpc,
  watch: SignatureWatch,
  transactions: readonly string[],
): Promise<number[]> {
  const since = performance.now();
  const times = transactions.map(async (transaction, index) => {
    const due = since + (index * 1_000) / PER_SECOND;
    await delay(due - performance.now());
    const { confirmed } = await watch.subscribe(signatureOf(transaction));
    await rpc.call('sendTransaction', [transaction, SEND_CONFIG]);
    const err = await confirmed;
    if (err !== null) throw new Error(`a transfer failed: ${JSON.stringify(err)}`);
    return performance.now() - due;
  });
  const patience = (transactions.length * 1_000) / PER_SECOND + PATIENCE_MS;
  const tooLong = delay(patience, undefined, { ref: false }).then(() => {
    throw new Error(`not all transfers were confirmed ${PATIENCE_MS} ms after the last one was due`);
  });
  return Promise.race([Promise.all(times), tooLong]);
}
