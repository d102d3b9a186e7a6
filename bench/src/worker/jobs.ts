import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  createPoster,
  ensureFunded,
  ensureNode,
  exerciseJob,
  loadOrCreateKeypair,
} from '@inferscan/launcher';
import { knownMarkets } from '@inferscan/protocol';
import { createContentClient, createDiskStore, createStorageServer } from '@inferscan/storage';

import type { BenchOptions } from '../benches.js';
import { startLocalnet } from '../localnet/process.js';
import { percentile } from '../percentile.js';
import { rounded } from '../report.js';
import { type BenchNode, startBenchNode } from './node.js';

export const JOB_FIGURES = ['jobs_per_minute', 'resume_s'] as const;

const JOBS = 30;
const TIMEOUT_SECONDS = 3_600n;
const FUNDING = { lamports: 5_000_000_000n, nos: 100_000_000_000n };
/** Questions of a job that is still running when its node is killed. */
const LONG = 1_000;

/**
 * What a node does with jobs on a localnet of 400 ms per slot, the pace of the real chain: how many short ones a minute, one after
 * the other, each with its own result, receipt and payment; and how long after a SIGKILL its job is being run again.
 */
export async function benchJobs({ runs, only, report }: BenchOptions): Promise<void> {
  const wanted = (figure: string) => only === undefined || only === figure;
  const dir = mkdtempSync(join(tmpdir(), 'inferscan-bench-'));
  const localnet = await startLocalnet({ dataDir: join(dir, 'chain') });
  const storage = await createStorageServer({ store: createDiskStore(join(dir, 'content')) });
  const content = createContentClient({
    gateways: [storage.url],
    pinningUrl: storage.url,
    allowPrivate: true,
  });
  let node: BenchNode | undefined;
  try {
    const [market] = knownMarkets('localnet');
    if (market === undefined) throw new Error('the localnet has no market');
    const wallet = await loadOrCreateKeypair(join(dir, 'poster.json'));
    await ensureFunded(localnet.url, wallet.address, FUNDING);
    const poster = createPoster({ rpcUrl: localnet.url, wsUrl: localnet.wsUrl, wallet, content });
    const key = await loadOrCreateKeypair(join(dir, 'node.json'));
    await ensureNode(localnet.url, localnet.wsUrl, key);
    const start = () =>
      startBenchNode([
        ...['--keypair', join(dir, 'node.json'), '--market', market.address],
        ...['--rpc', localnet.url, '--ws', localnet.wsUrl],
        ...['--pinning', storage.url, '--gateway', storage.url],
        ...['--state', join(dir, 'state'), '--calibration-seconds', '0', '--unregistered'],
        ...['--drain-seconds', '0'],
      ]);
    const post = (questions: number, seed: number) => {
      const exercise = {
        questions: Array.from({ length: questions }, (_, index) => ({
          left: 100 + (index % 900),
          right: 10 + (seed % 90),
        })),
        reasoning: true,
      };
      return poster.post(market.address, exerciseJob(exercise, seed), TIMEOUT_SECONDS);
    };

    if (wanted('jobs_per_minute')) {
      for (let seed = 0; seed < JOBS; seed++) await post(1, seed);
      node = start();
      const begun = await node.said('running a job');
      const ended = await node.said('the job is settled', JOBS);
      await node.end('SIGTERM');
      const value = rounded((60_000 * JOBS) / (ended - begun), 1);
      report({ figure: 'jobs_per_minute', value, unit: '1/min', runs: JOBS });
    }
    if (wanted('resume_s')) {
      const resumes: number[] = [];
      for (let run = 0; run < runs; run++) {
        await post(LONG, run);
        node = start();
        await node.said('running a job');
        await node.end('SIGKILL');
        const again: BenchNode = start();
        node = again;
        resumes.push(((await again.said('running a job')) - again.startedAt) / 1000);
        // Hands in what there is of the job, so that the next one is free to come.
        await again.end('SIGTERM');
      }
      report({ figure: 'resume_s', value: rounded(percentile(resumes, 0.5), 2), unit: 's', runs });
    }
  } finally {
    await node?.end('SIGKILL');
    await content.close();
    await storage.close();
    await localnet.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
