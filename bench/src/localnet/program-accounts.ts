import { getAddressEncoder } from '@solana/kit';
import { Account, LiteSvm } from 'litesvm/dist/internal.js';
import { percentile } from '../percentile.js';
import { rounded } from '../report.js';
import type { LocalnetBench } from './figures.js';
import { createJobAccounts, JOB_OFFSETS, type JobAccounts } from './job-accounts.js';
import type { BenchRpc } from './rpc.js';
import { withLocalnet } from './running.js';

const JOBS = 20_000;
const MARKETS = 20;
const CALLS_PER_RUN = 20;

/** The jobs of one market among all jobs, by size and market; the virtual machine's own list is the peer. */
export async function measureProgramAccounts(bench: LocalnetBench): Promise<void> {
  const { dataDir, profileDir, runs, report, progress } = bench;
  await withLocalnet({ dataDir, profileDir, control: true, connections: 1 }, async (localnet, rpc) => {
    const jobs = await createJobAccounts(rpc, localnet.url, JOBS, MARKETS);
    progress(`${JOBS} job accounts are in place`);
    const first = await query(rpc, jobs, 0);
    report({ figure: 'gpa_20k_first_ms', value: rounded(first, 0), unit: 'ms', runs: 1 });
    const direct = createDirectQuery(jobs);
    const times: number[] = [];
    const peers: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      for (let call = 0; call < CALLS_PER_RUN; call += 1) times.push(await query(rpc, jobs, call));
      peers.push(direct(run));
      progress(`run ${run} of ${runs}: so far ${percentile(times, 0.5).toFixed(1)} ms`);
    }
    report({
      figure: 'gpa_20k_ms',
      value: rounded(percentile(times, 0.5), 1),
      unit: 'ms',
      runs: times.length,
      against: { name: 'LiteSVM called directly', value: rounded(percentile(peers, 0.5), 1) },
    });
  });
}

/** Asks for the jobs of one market; in milliseconds until the answer is read. */
async function query(rpc: BenchRpc, jobs: JobAccounts, call: number): Promise<number> {
  const filters = [
    { dataSize: jobs.accounts[0]?.data.length },
    { memcmp: { offset: JOB_OFFSETS.market, bytes: jobs.markets[call % MARKETS] } },
  ];
  const config = { encoding: 'base64', commitment: 'processed', filters };
  const since = performance.now();
  const found = await rpc.call('getProgramAccounts', [jobs.program, config]);
  const ms = performance.now() - since;
  if (!Array.isArray(found) || found.length !== JOBS / MARKETS) throw new Error('jobs are missing');
  return ms;
}

/** The same question to a virtual machine that holds the same accounts, in milliseconds. */
function createDirectQuery({ program, accounts, markets }: JobAccounts): (call: number) => number {
  const svm = new LiteSvm();
  const encode = (text: (typeof markets)[number]): Uint8Array =>
    new Uint8Array(getAddressEncoder().encode(text));
  const owner = encode(program);
  for (const { address, lamports, data } of accounts) {
    svm.setAccount(encode(address), new Account(BigInt(lamports), new Uint8Array(data), owner, false, 0n));
  }
  return (call) => {
    const market = encode(markets[call % markets.length] ?? program);
    const since = performance.now();
    const found = svm.getProgramAccounts(owner).filter((entry) => {
      const data = entry.account().data();
      return (
        data.length === accounts[0]?.data.length &&
        Buffer.compare(market, data.subarray(JOB_OFFSETS.market, JOB_OFFSETS.market + market.length)) === 0
      );
    });
    const ms = performance.now() - since;
    if (found.length !== accounts.length / markets.length) throw new Error(`${found.length} jobs found`);
    return ms;
  };
}
