import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { connectDatabase, startEmbeddedPostgres } from '@inferscan/db';

import { signatureOf } from '../localnet/load.js';
import type { BenchRpc } from '../localnet/rpc.js';
import { withLocalnet } from '../localnet/running.js';
import { openSignatureWatch, type SignatureWatch } from '../localnet/signature-watch.js';
import { percentile } from '../percentile.js';
import { rounded } from '../report.js';
import { createExtensions, EXTENDED_JOBS } from './extensions.js';
import type { IndexerBench } from './figures.js';

const CLI = fileURLToPath(import.meta.resolve('@inferscan/indexer/cli'));
const [CONNECTIONS, SLOT_MS, PER_SECOND] = [16, 400, 200];
const [WARM_UP_SECONDS, SECONDS] = [3, 10];
const STATUSES_PER_CALL = 256;
const SEND_CONFIG = { encoding: 'base64', preflightCommitment: 'processed' };

/** A slot that everything up to which is committed, and when that was heard of. */
interface Commit {
  readonly slot: bigint;
  readonly at: number;
}

/** From a transaction's confirmed notification to the commit that its slot is in, at a steady pace on a localnet. */
export async function measureLive(bench: IndexerBench): Promise<void> {
  const { dir, runs, report, progress } = bench;
  const server = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres') });
  try {
    await withLocalnet(
      { dataDir: join(dir, 'localnet'), slotMs: SLOT_MS, connections: CONNECTIONS },
      async (localnet, rpc) => {
        const indexer = await startIndexer(server.url, localnet);
        const database = connectDatabase(server.url);
        const watch = await openSignatureWatch(localnet.wsUrl);
        const commits: Commit[] = [];
        const measured: number[] = [];
        try {
          await database.listen('inferscan', (payload) => {
            const { slot } = JSON.parse(payload) as { slot?: string };
            if (slot !== undefined) commits.push({ slot: BigInt(slot), at: performance.now() });
          });
          const extensions = await createExtensions(rpc, localnet.url);
          for (let run = 0; run <= runs; run += 1) {
            const count = PER_SECOND * (run === 0 ? WARM_UP_SECONDS : SECONDS);
            const confirmed = await sendAtPace(rpc, watch, await extensions.next(count));
            const times = await timesToCommit(rpc, confirmed, commits);
            if (run === 0) continue;
            measured.push(...times);
            progress(`run ${run} of ${runs}: so far p95 ${percentile(measured, 0.95).toFixed(0)} ms`);
          }
        } finally {
          watch.close();
          await database.close();
          await indexer.stop();
        }
        for (const [name, fraction] of [
          ['p50', 0.5],
          ['p95', 0.95],
        ] as const) {
          report({
            figure: `confirm_to_commit_${name}_ms`,
            value: rounded(percentile(measured, fraction), 0),
            unit: 'ms',
            runs: measured.length,
          });
        }
      },
    );
  } finally {
    await server.stop();
  }
}

async function startIndexer(
  databaseUrl: string,
  { url, wsUrl }: { readonly url: string; readonly wsUrl: string },
): Promise<{ stop(): Promise<void> }> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, RPC_URL: url, WS_URL: wsUrl, LOG_LEVEL: 'error' };
  const child = spawn(process.execPath, [CLI, 'follow'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const over = once(child, 'close');
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('indexer ready')) resolve();
    });
    over.then(() => reject(new Error('the indexer ended before it was ready')), reject);
  });
  await ready;
  return {
    async stop() {
      child.kill('SIGTERM');
      await over;
    },
  };
}

/** Sends each transaction when it is due; gives when each was confirmed, by signature. */
async function sendAtPace(
  rpc: BenchRpc,
  watch: SignatureWatch,
  transactions: readonly string[],
): Promise<Map<string, number>> {
  const since = performance.now();
  const confirmedAt = new Map<string, number>();
  const send = async (transaction: string, index: number): Promise<{ confirmed: Promise<void> }> => {
    await delay(since + (index * 1_000) / PER_SECOND - performance.now());
    const signature = signatureOf(transaction);
    const watched = await watch.subscribe(signature);
    const confirmed = watched.confirmed.then((err) => {
      if (err !== null) throw new Error(`a transaction failed: ${JSON.stringify(err)}`);
      confirmedAt.set(signature, performance.now());
    });
    // When sending fails, that is what is told.
    confirmed.catch(() => {});
    await rpc.call('sendTransaction', [transaction, SEND_CONFIG]);
    return { confirmed };
  };
  const sent: Promise<{ confirmed: Promise<void> }>[] = [];
  for (const [index, transaction] of transactions.entries()) {
    // One job's extensions must arrive in order.
    const before = sent[index - EXTENDED_JOBS] ?? Promise.resolve();
    sent.push(before.then(() => send(transaction, index)));
  }
  const all = await Promise.all(sent);
  await Promise.all(all.map(({ confirmed }) => confirmed));
  return confirmedAt;
}

async function timesToCommit(
  rpc: BenchRpc,
  confirmed: ReadonlyMap<string, number>,
  commits: readonly Commit[],
): Promise<number[]> {
  const signatures = [...confirmed.keys()];
  const slots: bigint[] = [];
  for (let start = 0; start < signatures.length; start += STATUSES_PER_CALL) {
    const page = signatures.slice(start, start + STATUSES_PER_CALL);
    const { value } = (await rpc.call('getSignatureStatuses', [page])) as { value: { slot: number }[] };
    slots.push(...value.map(({ slot }) => BigInt(slot)));
  }
  while (!slots.every((wanted) => commits.some(({ slot }) => slot >= wanted))) await delay(20);
  return signatures.map((signature, index) => {
    const slot = slots[index] ?? 0n;
    const commit = commits.find((each) => each.slot >= slot);
    return (commit?.at ?? Number.NaN) - (confirmed.get(signature) ?? Number.NaN);
  });
}
