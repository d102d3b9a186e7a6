import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPoster, ensureFunded, exerciseJob, loadOrCreateKeypair } from '@inferscan/launcher';
import { knownMarkets } from '@inferscan/protocol';
import { createContentClient } from '@inferscan/storage';
import type { Address } from '@solana/kit';
import getPort from 'get-port';
import type { Page } from 'playwright-core';
import { percentile } from '../percentile.js';
import type { Figure } from '../report.js';
import { startLoad } from './background-load.js';
import { runCommand, startClone } from './clone.js';
import { launchBrowser, openSettled, rowMoment, watchRows } from './jobs-page.js';
import { type PublicConfig, publicConfig } from './public-config.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const TIMEOUT_SECONDS = 60n;
/** Of other transactions, while the open page is measured again. */
const PER_SECOND = 200;
/** Jobs under that load which are not counted. */
const WARM_UP_JOBS = 5;
const FUNDING = { lamports: 2_000_000_000n, nos: 100_000_000n };

const seconds = (since: number) => (performance.now() - since) / 1000;
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

async function createBenchPoster(config: PublicConfig, dir: string) {
  const wallet = await loadOrCreateKeypair(join(dir, 'bench-wallet.json'));
  await ensureFunded(config.rpcUrl, wallet.address, FUNDING);
  return createPoster({
    rpcUrl: config.rpcUrl,
    wsUrl: config.wsUrl,
    wallet,
    content: createContentClient({
      gateways: [`${config.storageUrl}/ipfs/`],
      pinningUrl: config.storageUrl,
      allowPrivate: true,
    }),
  });
}

/**
 * Measures a fresh clone of the committed state: cold start, warm start, and for `runs` real jobs how long
 * after confirmation their row, and after posting their result, is on an open page; then again under load.
 */
export async function benchE2e(runs: number, report: (figure: Figure) => void): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'inferscan-bench-'));
  const clone = join(dir, 'clone');
  const port = await getPort();
  const storagePort = await getPort();
  const args = ['--port', String(port), '--storage-port', String(storagePort), '--demo-interval', '5'];
  const browser = await launchBrowser();
  let stop = async () => {};
  try {
    await runCommand('git', ['clone', '--quiet', ROOT, clone]);
    const coldSince = performance.now();
    const cold = await startClone(clone, args);
    stop = cold.stop;
    await (await openSettled(browser, cold.url)).close();
    report({ figure: 'start_cold_s', value: rounded(seconds(coldSince), 1), unit: 's', runs: 1 });
    await cold.stop();

    const warmSince = performance.now();
    const warm = await startClone(clone, args);
    stop = warm.stop;
    const page = await openSettled(browser, warm.url);
    report({ figure: 'start_warm_s', value: rounded(seconds(warmSince), 1), unit: 's', runs: 1 });

    const config = { ...(await publicConfig(warm.url)), storageUrl: `http://127.0.0.1:${storagePort}` };
    const poster = await createBenchPoster(config, dir);
    const [market] = knownMarkets('localnet');
    if (market === undefined) throw new Error('the localnet has no market');
    await watchRows(page);
    const quiet = await measurePages({ page, poster, market: market.address, runs });
    const figure = (name: string, values: readonly number[], fraction: number) =>
      report({ figure: name, value: Math.round(percentile(values, fraction)), unit: 'ms', runs });
    figure('confirm_to_page_p50_ms', quiet.toPage, 0.5);
    figure('confirm_to_page_p95_ms', quiet.toPage, 0.95);
    figure('post_to_result_p50_ms', quiet.toResult, 0.5);

    const load = await startLoad(config.rpcUrl, PER_SECOND);
    // In its first seconds every process compiles what it had not run before.
    await measurePages({ page, poster, market: market.address, runs: WARM_UP_JOBS });
    const busy = await measurePages({ page, poster, market: market.address, runs });
    const perSecond = await load.stop();
    figure('confirm_to_page_busy_p50_ms', busy.toPage, 0.5);
    figure('confirm_to_page_busy_p95_ms', busy.toPage, 0.95);
    report({ figure: 'busy_tx_per_s', value: Math.round(perSecond), unit: '1/s', runs: 1 });
  } finally {
    await browser.close();
    await stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface PageMeasurement {
  /** With its rows watched. */
  readonly page: Page;
  readonly poster: Awaited<ReturnType<typeof createBenchPoster>>;
  readonly market: Address;
  readonly runs: number;
}

/** Posts jobs one after the other; milliseconds from confirmation to their rows, and from posting to their results. */
async function measurePages({ page, poster, market, runs }: PageMeasurement) {
  const toPage: number[] = [];
  const toResult: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const posted = Date.now();
    const exercise = { questions: [{ left: 100 + run, right: 10 + (run % 90) }], reasoning: true };
    const { job } = await poster.post(market, exerciseJob(exercise, run), TIMEOUT_SECONDS);
    const confirmed = Date.now();
    // A row that was there before the notification reached us took no time after confirmation.
    toPage.push(Math.max(0, (await rowMoment(page, job, 'appeared')) - confirmed));
    toResult.push((await rowMoment(page, job, 'finished')) - posted);
  }
  return { toPage, toResult };
}
