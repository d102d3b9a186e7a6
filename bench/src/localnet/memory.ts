import { rounded } from '../report.js';
import type { LocalnetBench } from './figures.js';
import { createTransferSource, sendEach, untilConfirmed } from './load.js';
import { withLocalnet } from './running.js';

const CONNECTIONS = 16;
const TRANSACTIONS = 200_000;
const SENT_AT_ONCE = 10_000;

/** The localnet's memory after 200,000 transfers through sendTransaction; what it had when it came up is the limit. */
export async function measureMemory(bench: LocalnetBench): Promise<void> {
  const { dataDir, profileDir, report, progress } = bench;
  await withLocalnet({ dataDir, profileDir, connections: CONNECTIONS }, async (localnet, rpc) => {
    const atStart = await localnet.memory();
    const source = await createTransferSource(rpc);
    for (let sent = SENT_AT_ONCE; sent <= TRANSACTIONS; sent += SENT_AT_ONCE) {
      const { signatures } = await sendEach(rpc, await source.next(SENT_AT_ONCE), CONNECTIONS);
      await untilConfirmed(rpc, signatures);
      const { now } = await localnet.memory();
      progress(`${sent} of ${TRANSACTIONS} transactions, ${now.toFixed(0)} MB`);
    }
    const { now, peak } = await localnet.memory();
    const against = { name: 'the localnet when it came up', value: rounded(atStart.now, 0) };
    report({ figure: 'rss_mb', value: rounded(now, 0), unit: 'MB', runs: 1, against });
    report({ figure: 'rss_peak_mb', value: rounded(peak, 0), unit: 'MB', runs: 1, against });
  });
}
