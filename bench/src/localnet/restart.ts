import { join } from 'node:path';
import { percentile } from '../percentile.js';
import { rounded } from '../report.js';
import type { LocalnetBench } from './figures.js';
import { folderMegabytes } from './folder-size.js';
import { createTransferSource, transactionCount, untilCounted } from './load.js';
import { startLocalnet } from './process.js';
import type { BenchRpc } from './rpc.js';
import { withLocalnet } from './running.js';

const TRANSACTIONS = 1_000_000;
/** The RPC's limit for one batch. */
const BATCH = 100;
const CONNECTIONS = 4;
/** Transfers that are signed on one blockhash; it stays valid for longer than they take. */
const SIGNED_AT_ONCE = 10_000;

/**
 * Sends a million transfers in JSON-RPC batches, which cost less than a request each, and then measures how long the
 * localnet takes to come back with them; a localnet without history is the limit.
 */
export async function measureRestart(bench: LocalnetBench): Promise<void> {
  const { dataDir, profileDir, runs, report, progress } = bench;
  const full = join(dataDir, 'full');
  const fresh = join(dataDir, 'fresh');
  const wireBytes = await fill(full, profileDir, progress);
  report({
    figure: 'store_1m_tx_mb',
    value: rounded(await folderMegabytes(full), 0),
    unit: 'MB',
    runs: 1,
    against: { name: 'the transactions as they travel', value: rounded(wireBytes / 2 ** 20, 0) },
  });
  await (await startLocalnet({ dataDir: fresh })).stop();
  const restarts: number[] = [];
  const limits: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    restarts.push(await restart(full, profileDir));
    limits.push(await restart(fresh, undefined));
    progress(
      `run ${run + 1} of ${runs}: ${restarts.at(-1)?.toFixed(0)} ms, fresh ${limits.at(-1)?.toFixed(0)} ms`,
    );
  }
  report({
    figure: 'restart_1m_tx_ms',
    value: rounded(percentile(restarts, 0.5), 0),
    unit: 'ms',
    runs,
    against: { name: 'restart without history', value: rounded(percentile(limits, 0.5), 0) },
  });
}

async function restart(dataDir: string, profileDir: string | undefined): Promise<number> {
  const localnet = await startLocalnet({ dataDir, profileDir });
  await localnet.stop();
  return localnet.startMs;
}

/** Returns the size of all transactions in bytes. */
function fill(
  dataDir: string,
  profileDir: string | undefined,
  progress: LocalnetBench['progress'],
): Promise<number> {
  return withLocalnet({ dataDir, profileDir, connections: CONNECTIONS }, async (_localnet, rpc) => {
    const source = await createTransferSource(rpc);
    const before = await transactionCount(rpc);
    let wireBytes = 0;
    for (let sent = SIGNED_AT_ONCE; sent <= TRANSACTIONS; sent += SIGNED_AT_ONCE) {
      const transactions = await source.next(SIGNED_AT_ONCE);
      for (const transaction of transactions) wireBytes += Buffer.byteLength(transaction, 'base64');
      await sendInBatches(rpc, transactions);
      if (sent % 50_000 === 0) progress(`${sent} of ${TRANSACTIONS} transactions sent`);
    }
    // A transaction that was dropped would be missing here.
    await untilCounted(rpc, before + TRANSACTIONS);
    return wireBytes;
  });
}

async function sendInBatches(rpc: BenchRpc, transactions: readonly string[]): Promise<void> {
  const config = { encoding: 'base64', skipPreflight: true };
  const calls = transactions.map((transaction) => ({
    method: 'sendTransaction',
    params: [transaction, config],
  }));
  const batches = Array.from({ length: Math.ceil(calls.length / BATCH) }, (_batch, index) =>
    rpc.batch(calls.slice(index * BATCH, (index + 1) * BATCH)),
  );
  await Promise.all(batches);
}
