import type { QueueType } from '@inferscan/protocol';
import { big, int, intOrNull, type Numeric } from '../read/columns.js';
import type { Directory } from '../read/directory.js';
import { expectedStartSeconds } from './expected-start.js';

/** A market as tables show it. Money in NOS base units, times in Unix seconds. */
export interface MarketRow {
  address: string;
  name: string | null;
  slug: string | null;
  authority: string;
  vault: string;
  /** Base units per second. */
  jobPrice: bigint;
  /** Longest time a job may ask for, seconds. */
  jobTimeout: number;
  /** Seconds that a done job's account is kept. */
  jobExpiration: number;
  /** NOS stake (xNOS) a node needs, base units. */
  nodeXnosMinimum: bigint;
  nodeAccessKey: string;
  queueType: QueueType;
  queueLength: number;
  /** Next first; at most the first 64 in lists, all on the market's own page. */
  queue: string[];
  jobsRunning: number;
  jobsTotal: number;
  /** Different nodes that ever ran a job here. */
  nodesSeen: number;
  /** Seconds from listing to start, median of the last 200 started jobs. */
  medianWaitSeconds: number | null;
  /** Seconds from start to end, median of the last 200 finished or ended jobs. */
  medianRunSeconds: number | null;
  /** Seconds until a job listed now would start; 0 = a node waits, null = cannot be known. */
  expectedStartSeconds: number | null;
  /** Base units paid to nodes, ever. */
  paid: bigint;
  /** What the ledger says the vault holds, base units. */
  vaultBalance: bigint;
  openedAt: number | null;
  closedAt: number | null;
}

export interface MarketSqlRow {
  address: string;
  authority: string;
  vault: string;
  job_price: Numeric;
  job_timeout: Numeric;
  job_expiration: Numeric;
  node_xnos_minimum: Numeric;
  node_access_key: string;
  queue_type: string;
  queue_length: number;
  queue: string[];
  jobs_running: Numeric;
  jobs_total: Numeric;
  nodes_seen: Numeric;
  median_wait: number | null;
  median_run: number | null;
  paid: Numeric;
  vault_balance: Numeric;
  opened_at: Numeric | null;
  closed_at: Numeric | null;
}

/** Most queue entries in lists. */
const LISTED_QUEUE = 64;

/** Query of {@link MarketSqlRow}s; `where` and `order` speak of market m; the whole queue or its first entries. */
export const marketSql = (queue: 'whole' | 'first', tail: string) => `
  select m.address, m.authority, m.vault, m.job_price, m.job_timeout, m.job_expiration, m.node_xnos_minimum,
    m.node_access_key, m.queue_type, cardinality(m.queue) as queue_length,
    ${queue === 'whole' ? 'm.queue' : `m.queue[1:${LISTED_QUEUE}]`} as queue,
    counts.jobs_running, counts.jobs_total, counts.nodes_seen, counts.paid, waits.median_wait, runs.median_run,
    m.vault_balance, m.opened_at, m.closed_at
  from market m
  left join lateral (
    select coalesce(sum(jobs) filter (where status = 'running'), 0) as jobs_running, coalesce(sum(jobs), 0) as jobs_total,
      count(distinct node) filter (where node <> '' and jobs > 0) as nodes_seen, coalesce(sum(paid), 0) as paid
    from job_count where market = m.address
  ) counts on true
  left join lateral (
    select percentile_cont(0.5) within group (order by wait) as median_wait from (
      select (started_at - listed_at)::float8 as wait from job
      where market = m.address and started_at is not null and listed_at is not null
      order by listed_position desc limit 200
    ) recent
  ) waits on true
  left join lateral (
    select percentile_cont(0.5) within group (order by ran) as median_run from (
      select (ended_at - started_at)::float8 as ran from job
      where market = m.address and started_at is not null and ended_at is not null and status in ('finished', 'ended', 'done')
      order by listed_position desc limit 200
    ) recent
  ) runs on true
  ${tail}`;

export function toMarketRow(row: MarketSqlRow, directory: Directory): MarketRow {
  const queueType = row.queue_type as QueueType;
  const jobsRunning = int(row.jobs_running);
  return {
    address: row.address,
    name: directory.marketName(row.address),
    slug: directory.marketSlug(row.address),
    authority: row.authority,
    vault: row.vault,
    jobPrice: big(row.job_price),
    jobTimeout: int(row.job_timeout),
    jobExpiration: int(row.job_expiration),
    nodeXnosMinimum: big(row.node_xnos_minimum),
    nodeAccessKey: row.node_access_key,
    queueType,
    queueLength: row.queue_length,
    queue: row.queue,
    jobsRunning,
    jobsTotal: int(row.jobs_total),
    nodesSeen: int(row.nodes_seen),
    medianWaitSeconds: row.median_wait,
    medianRunSeconds: row.median_run,
    expectedStartSeconds: expectedStartSeconds({
      queueType,
      queueLength: row.queue_length,
      running: jobsRunning,
      medianRunSeconds: row.median_run,
    }),
    paid: big(row.paid),
    vaultBalance: big(row.vault_balance),
    openedAt: intOrNull(row.opened_at),
    closedAt: intOrNull(row.closed_at),
  };
}
