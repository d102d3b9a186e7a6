import { int, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import { NO_FLOW, readFlowSince, readFlows } from './flows.js';
import { type Lag, lagOf, readHeartbeat } from './indexer-status.js';
import { NO_LEVEL, readLevels } from './levels.js';

/** Buckets of every series. */
const BUCKETS = 32;
const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;
/** With less history than this, minutes are drawn instead of hours. */
const SHORT_HISTORY_SECONDS = 2 * HOUR;
/** Starts that the median wait is taken over. */
const RECENT_STARTS = 100;
const NO_LEVELS = Array.from({ length: BUCKETS }, () => NO_LEVEL);
const NO_FLOWS = Array.from({ length: BUCKETS }, () => NO_FLOW);

/** The network at a glance. Money in NOS base units; "day" is the last 24 hours. */
export interface Overview {
  jobsRunning: number;
  jobsWaiting: number;
  /** Nodes in a queue or running a job now. */
  nodesAtWork: number;
  nodesTotal: number;
  /** Paid to nodes. */
  settledDay: bigint;
  /** Completion tokens of receipts with a valid signature, by when their jobs ended. */
  tokensDay: number;
  /** Seconds from listing to start, median of the last 100 starts; null before any. */
  medianWaitSeconds: number | null;
  jobsTotal: number;
  jobsSettled: number;
  /** One value per bucket, oldest first; the last bucket is still filling. All 0 while history is loaded in bulk. */
  series: {
    /** Seconds per bucket: 60 while history is shorter than two hours, then 3600. */
    bucketSeconds: number;
    /** Unix second at which the last bucket ends. */
    endsAt: number;
    /** Jobs running, waiting at the end of each bucket. */
    jobsRunning: number[];
    jobsWaiting: number[];
    /** Different nodes that ran something in the bucket. */
    nodesAtWork: number[];
    settled: bigint[];
    tokens: number[];
    /** Median seconds of the jobs started in the bucket; null where none started. */
    medianWaitSeconds: (number | null)[];
    jobsListed: number[];
  };
  lag: Lag | null;
  /** What the indexer is doing (backfill, tip …); null before it has ever run. */
  phase: string | null;
  headSlot: bigint | null;
  indexedSlot: bigint | null;
}

interface FiguresSqlRow {
  jobs_running: Numeric;
  jobs_waiting: Numeric;
  nodes_at_work: Numeric;
  nodes_total: Numeric;
  jobs_total: Numeric;
  jobs_settled: Numeric;
}

interface RecentSqlRow {
  median_wait: number | null;
  first_at: Numeric | null;
}

const FIGURES = `
  select
    (select coalesce(sum(jobs), 0) from job_count where status = 'running') as jobs_running,
    (select coalesce(sum(jobs), 0) from job_count where status = 'queued') as jobs_waiting,
    (select count(*) from (
      select address from node where queued_in is not null
      union select node from job_count where status = 'running' and jobs > 0
    ) w) as nodes_at_work,
    (select count(*) from node) as nodes_total,
    (select coalesce(sum(jobs), 0) from job_count) as jobs_total,
    (select coalesce(sum(jobs), 0) from job_count where status in ('finished', 'ended', 'done')) as jobs_settled`;

// While history is loaded there are no indexes to find these by.
const RECENT = `
  select
    (select percentile_cont(0.5) within group (order by wait) from (
      select (started_at - listed_at)::float8 as wait from job
      where started_at is not null and listed_at is not null order by listed_position desc limit ${RECENT_STARTS}
    ) w) as median_wait,
    (select min(listed_at) from job) as first_at`;

/** @param nowSeconds Unix seconds that "now" and "day" are counted from */
export async function readOverview(reader: Reader, nowSeconds: number): Promise<Overview> {
  const figures = await reader.first<FiguresSqlRow>(FIGURES);
  if (figures === undefined) throw new Error('the overview query gave no row');
  const isLoading = await readIsLoading(reader);
  const recent = isLoading ? undefined : await reader.first<RecentSqlRow>(RECENT);
  const firstAt = recent?.first_at == null ? nowSeconds : int(recent.first_at);
  const bucketSeconds = nowSeconds - firstAt < SHORT_HISTORY_SECONDS && !isLoading ? MINUTE : HOUR;
  const endsAt = (Math.floor(nowSeconds / bucketSeconds) + 1) * bucketSeconds;
  const span = { startsAt: endsAt - BUCKETS * bucketSeconds, bucketSeconds, buckets: BUCKETS };
  const levels = isLoading ? NO_LEVELS : await readLevels(reader, span);
  const flows = isLoading ? NO_FLOWS : await readFlows(reader, span);
  const day = isLoading ? NO_FLOW : await readFlowSince(reader, nowSeconds - DAY + 1, nowSeconds);
  const heartbeat = await readHeartbeat(reader);
  return {
    jobsRunning: int(figures.jobs_running),
    jobsWaiting: int(figures.jobs_waiting),
    nodesAtWork: int(figures.nodes_at_work),
    nodesTotal: int(figures.nodes_total),
    settledDay: day.settled,
    tokensDay: day.tokens,
    medianWaitSeconds: recent?.median_wait ?? null,
    jobsTotal: int(figures.jobs_total),
    jobsSettled: int(figures.jobs_settled),
    series: {
      bucketSeconds,
      endsAt,
      jobsRunning: levels.map(({ running }) => running),
      jobsWaiting: levels.map(({ waiting }) => waiting),
      nodesAtWork: levels.map(({ nodes }) => nodes),
      settled: flows.map(({ settled }) => settled),
      tokens: flows.map(({ tokens }) => tokens),
      medianWaitSeconds: levels.map(({ medianWait }) => medianWait),
      jobsListed: levels.map(({ listed }) => listed),
    },
    lag: heartbeat === null ? null : lagOf(heartbeat),
    phase: heartbeat?.phase ?? null,
    headSlot: heartbeat?.headSlot ?? null,
    indexedSlot: heartbeat?.indexedSlot ?? null,
  };
}

/** Whether history is being loaded in bulk: what is recent is not there yet, nor what finds it. */
async function readIsLoading(reader: Reader): Promise<boolean> {
  const row = await reader.first<{ found: boolean }>('select exists (select from deferred_index) as found');
  return row?.found === true;
}
