import { percentile } from '../percentile.js';
import { rounded } from '../report.js';
import { createDirectVm } from './direct-vm.js';
import type { LocalnetBench } from './figures.js';
import { createTransferSource, sendEach, untilConfirmed } from './load.js';
import { withLocalnet } from './running.js';

/** As many as a web service's pool of connections would have. */
const CONNECTIONS = 16;
const WARM_UP = 3_000;
const PER_RUN = 6_000;
const DIRECT_PER_RUN = 4_000;
const DIRECTLY = 'LiteSVM called directly';

/**
 * Signed transfers through sendTransaction, preflight on, and the processor time that each takes; the virtual machine
 * alone is the limit of both.
 */
export async function measureSendRate(bench: LocalnetBench): Promise<void> {
  const { dataDir, profileDir, runs, report, progress } = bench;
  await withLocalnet({ dataDir, profileDir, connections: CONNECTIONS }, async (localnet, rpc) => {
    const direct = createDirectVm();
    const source = await createTransferSource(rpc);
    direct.transferRate(DIRECT_PER_RUN);
    await sendEach(rpc, await source.next(WARM_UP), CONNECTIONS);
    const rates: number[] = [];
    const limits: number[] = [];
    const costs: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      const transfers = await source.next(PER_RUN);
      const before = await localnet.processorMs();
      const { ms, signatures } = await sendEach(rpc, transfers, CONNECTIONS);
      await untilConfirmed(rpc, signatures);
      const cost = ((await localnet.processorMs()) - before) / PER_RUN;
      const rate = PER_RUN / (ms / 1_000);
      const limit = direct.transferRate(DIRECT_PER_RUN);
      rates.push(rate);
      costs.push(cost);
      limits.push(limit);
      progress(`run ${run} of ${runs}: ${rate.toFixed(0)}/s, ${limit.toFixed(0)}/s directly`);
    }
    const median = (values: readonly number[]): number => percentile(values, 0.5);
    report({
      figure: 'send_tx_per_s',
      value: rounded(median(rates), 0),
      unit: '1/s',
      runs,
      against: { name: DIRECTLY, value: rounded(median(limits), 0) },
    });
    report({
      figure: 'send_processor_ms',
      value: rounded(median(costs), 3),
      unit: 'ms',
      runs,
      against: { name: DIRECTLY, value: rounded(1_000 / median(limits), 3) },
    });
  });
}
