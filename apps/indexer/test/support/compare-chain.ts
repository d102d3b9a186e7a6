import type { Database } from '@inferscan/db';
import {
  getJobAccountDecoder,
  getMarketAccountDecoder,
  getRunAccountDecoder,
  JOB_ACCOUNT_DISCRIMINATOR,
  MARKET_ACCOUNT_DISCRIMINATOR,
  RUN_ACCOUNT_DISCRIMINATOR,
} from '@nosana/jobs-program';
import type { Address, ReadonlyUint8Array } from '@solana/kit';

import type { TestChain } from './chain.js';

const QUEUES: Readonly<Record<number, string>> = { 0: 'jobs', 1: 'nodes', 255: 'empty' };
const hex = (bytes: ReadonlyUint8Array): string => Buffer.from(bytes).toString('hex');
const is = (data: Uint8Array, discriminator: ReadonlyUint8Array): boolean =>
  Buffer.from(data.subarray(0, 8)).equals(Buffer.from(discriminator));

interface Records {
  markets: Record<string, unknown>;
  jobs: Record<string, unknown>;
  runs: Record<string, unknown>;
}

/** The program's accounts, told in the words of our tables. */
export async function recordsOnChain(chain: TestChain): Promise<Records> {
  const accounts = [...(await chain.programAccounts())];
  const runs = accounts
    .filter(([, data]) => is(data, RUN_ACCOUNT_DISCRIMINATOR))
    .map(([address, data]) => ({ address, ...getRunAccountDecoder().decode(data) }));
  const markets = accounts
    .filter(([, data]) => is(data, MARKET_ACCOUNT_DISCRIMINATOR))
    .map(([address, data]) => ({ address, ...getMarketAccountDecoder().decode(data) }));
  const queued = new Set(markets.flatMap(({ queueType, queue }) => (queueType === 0 ? queue : [])));
  const runOf = new Map(runs.map((run) => [run.job, run]));

  const jobRecord = (address: Address, data: Uint8Array) => {
    const job = getJobAccountDecoder().decode(data);
    const run = runOf.get(address);
    const open = job.state === 0 ? (run ? 'running' : queued.has(address) ? 'queued' : 'unqueued') : null;
    return {
      market: job.market,
      project: job.project,
      payer: job.payer,
      price: job.price,
      timeout: job.timeout,
      definition: hex(job.ipfsJob),
      result: /^0+$/.test(hex(job.ipfsResult)) ? null : hex(job.ipfsResult),
      // A stopped job that was claimed stays stopped in its account.
      status: open ?? (job.state === 2 ? 'done' : run ? 'running' : 'stopped'),
      // The account learns node and times only when the job is done.
      node: job.state === 2 ? job.node : (run?.node ?? null),
      startedAt: job.state === 2 ? job.timeStart : (run?.time ?? null),
      endedAt: job.state === 2 ? job.timeEnd : null,
    };
  };
  return {
    jobs: Object.fromEntries(
      accounts
        .filter(([, data]) => is(data, JOB_ACCOUNT_DISCRIMINATOR))
        .map(([address, data]) => [address, jobRecord(address, data)]),
    ),
    runs: Object.fromEntries(
      runs.map(({ address, job, node, payer, time }) => [address, { job, node, payer, startedAt: time }]),
    ),
    markets: Object.fromEntries(
      await Promise.all(
        markets.map(async (market) => [
          market.address,
          {
            authority: market.authority,
            vault: market.vault,
            jobPrice: market.jobPrice,
            jobTimeout: market.jobTimeout,
            jobExpiration: market.jobExpiration,
            jobType: market.jobType,
            nodeAccessKey: market.nodeAccessKey,
            nodeXnosMinimum: market.nodeXnosMinimum,
            queueType: QUEUES[market.queueType],
            queue: market.queue,
            vaultBalance: await chain.tokenBalance(market.vault),
            ledgerSum: await chain.tokenBalance(market.vault),
          },
        ]),
      ),
    ),
  };
}

/** Our tables, as far as they speak of accounts that are there. */
export async function recordsInTables({ pool }: Database): Promise<Records> {
  const byAddress = async (sql: string): Promise<Record<string, unknown>> => {
    const { rows } = await pool.query<{ address: string }>(sql);
    return Object.fromEntries(rows.map(({ address, ...rest }) => [address, rest]));
  };
  return {
    jobs: await byAddress(`
      SELECT job.address, job.market, job.project, job.payer, price, timeout, definition_digest AS definition,
             result_digest AS result,
             CASE WHEN status IN ('finished', 'ended', 'done') THEN 'done' ELSE status END AS status,
             CASE WHEN status IN ('finished', 'ended', 'done', 'running') THEN job.node END AS node,
             CASE WHEN status IN ('finished', 'ended', 'done', 'running') THEN job.started_at END AS "startedAt",
             CASE WHEN status IN ('finished', 'ended', 'done') THEN job.ended_at END AS "endedAt"
      FROM job WHERE closed_at IS NULL`),
    runs: await byAddress(
      'SELECT address, job, node, payer, started_at AS "startedAt" FROM run WHERE ended_by IS NULL',
    ),
    markets: await byAddress(`
      SELECT address, authority, vault, job_price AS "jobPrice", job_timeout AS "jobTimeout",
             job_expiration AS "jobExpiration", job_type AS "jobType", node_access_key AS "nodeAccessKey",
             node_xnos_minimum AS "nodeXnosMinimum", queue_type AS "queueType", queue,
             vault_balance AS "vaultBalance",
             coalesce((SELECT sum(vault_delta) FROM ledger_entry WHERE ledger_entry.market = market.address), 0)
               AS "ledgerSum"
      FROM market WHERE closed_at IS NULL`),
  };
}
