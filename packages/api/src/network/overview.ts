import { int, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import { type Lag, lagOf, readHeartbeat } from './indexer-status.js';

/** Buckets of every series. */
const BUCKETS = 32;
const MINUTE = 60;
const HOUR = 3_600;
/** With less history than this, minutes are drawn instead of hours. */
const SHORT_HISTORY_SECONDS = 2 * HOUR;
/** Starts that the median wait is taken over. */
const RECENT_STARTS = 100;

/** The network at a glance. Money in NOS base units; "day" is the last 24 hours. */
export interface Overview {
  jobsRunning: number;
  jobsWaiting: number;
  /** Nodes in a queue or running a job now. */
  nodesAtWork: number;
  nodesTotal: number;
  /** Paid to nodes. */
  settledDay: bigint;
  /** Completion tokens of receipts with a valid signature. */
  tokensDay: number;
  /** Seconds from listing to start, median of the last 100 starts; null before any. */
  medianWaitSeconds: number | null;
  jobsTotal: number;
  jobsSettled: number;
  /** One value per bucket, oldest first; the last bucket is still filling. */
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
  settled_day: Numeric;
  tokens_day: Numeric;
  median_wait: number | null;
  jobs_total: Numeric;
  jobs_settled: Numeric;
  first_at: Numeric | null;
}

interface BucketSqlRow {
  running: Numeric;
  waiting: Numeric;
  nodes: Numeric;
  settled: Numeric;
  tokens: Numeric;
  median_wait: number | null;
  listed: Numeric;
}

/** Expression for the bucket that a moment falls into; null stays null. */
function bucketOf(moment: string): string {
  return `case when ${moment} > span.starts then (${moment} - span.starts - 1) / span.size
    when ${moment} <= span.starts then -1 end`;
}

const FIGURES = `
  select
    (select coalesce(sum(jobs), 0) from job_count where status = 'running') as jobs_running,
    (select coalesce(sum(jobs), 0) from job_count where status = 'queued') as jobs_waiting,
    (select count(*) from (
      select address from node where queued_in is not null
      union select node from run where ended_signature is null
    ) w) as nodes_at_work,
    (select count(*) from node) as nodes_total,
    (select coalesce(sum(amount), 0) from ledger_entry where kind = 'payout' and block_time > $1::bigint - 86400) as settled_day,
    (select coalesce(sum(completion_tokens), 0) from receipt where signature_valid and finished_at > $1::bigint - 86400)
      as tokens_day,
    (select percentile_cont(0.5) within group (order by wait) from (
      select (started_at - listed_at)::float8 as wait from job
      where started_at is not null and listed_at is not null order by listed_position desc limit ${RECENT_STARTS}
    ) w) as median_wait,
    (select coalesce(sum(jobs), 0) from job_count) as jobs_total,
    (select coalesce(sum(jobs), 0) from job_count where status in ('finished', 'ended', 'done')) as jobs_settled,
    (select min(listed_at) from job) as first_at`;

// $1: second at which the last bucket ends, $2: seconds per bucket. Bucket i holds what is later than its beginning and no
// later than its end; -1 is before all. One pass over each table: jobs that move between states are added up.
const SERIES = `
  with span as (
    select $1::bigint - ${BUCKETS} * $2::bigint as starts, $1::bigint as ends, $2::bigint as size
  ), recent as materialized (
    select ${bucketOf('listed_at')} as listed, ${bucketOf('started_at')} as started, ${bucketOf('ended_at')} as ended,
      node, (started_at - listed_at)::float8 as wait
    from job, span where listed_at is not null and (
      status in ('queued', 'running') or coalesce(ended_at, listed_at) >= span.starts
    )
  ), change as (
    select at, sum(running) as running, sum(waiting) as waiting from (
      select started as at, 1 as running, 0 as waiting from recent where started is not null
      union all select greatest(started, ended), -1, 0 from recent where started is not null and ended is not null
      union all select listed, 0, 1 from recent
      union all select greatest(listed, coalesce(started, ended)), 0, -1 from recent
        where coalesce(started, ended) is not null
    ) c group by at
  ), level as (
    select i, sum(coalesce(running, 0)) over (order by i) as running, sum(coalesce(waiting, 0)) over (order by i) as waiting
    from generate_series(-1, ${BUCKETS - 1}) i left join change on change.at = i
  ), busy as (
    select i, count(distinct node) as nodes from recent
    cross join generate_series(greatest(started, 0), least(coalesce(ended, ${BUCKETS - 1}), ${BUCKETS - 1})) i
    where started is not null group by i
  ), begun as (
    select started as i, percentile_cont(0.5) within group (order by wait) as median_wait from recent
    where started >= 0 group by started
  ), listing as (
    select listed as i, count(*) as listed from recent where listed >= 0 group by listed
  ), payout as (
    select ${bucketOf('block_time')} as i, sum(amount) as settled from ledger_entry, span
    where kind = 'payout' and block_time > span.starts and block_time <= span.ends group by 1
  ), written as (
    select ${bucketOf('finished_at')} as i, sum(completion_tokens) as tokens from receipt, span
    where signature_valid and finished_at > span.starts and finished_at <= span.ends group by 1
  )
  select level.running, level.waiting, coalesce(nodes, 0) as nodes, coalesce(settled, 0) as settled, coalesce(tokens, 0) as tokens,
    median_wait, coalesce(listed, 0) as listed
  from level left join busy using (i) left join begun using (i) left join listing using (i) left join payout using (i)
    left join written using (i)
  where i >= 0 order by i`;

/** @param nowSeconds Unix seconds that "now" and "day" are counted from */
export async function readOverview(reader: Reader, nowSeconds: number): Promise<Overview> {
  const figures = await reader.first<FiguresSqlRow>(FIGURES, [nowSeconds]);
  if (figures === undefined) throw new Error('the overview query gave no row');
  const firstAt = figures.first_at === null ? nowSeconds : int(figures.first_at);
  const bucketSeconds = nowSeconds - firstAt < SHORT_HISTORY_SECONDS ? MINUTE : HOUR;
  const endsAt = Math.ceil(nowSeconds / bucketSeconds) * bucketSeconds;
  const buckets = await reader.rows<BucketSqlRow>(SERIES, [endsAt, bucketSeconds]);
  const heartbeat = await readHeartbeat(reader);
  return {
    jobsRunning: int(figures.jobs_running),
    jobsWaiting: int(figures.jobs_waiting),
    nodesAtWork: int(figures.nodes_at_work),
    nodesTotal: int(figures.nodes_total),
    settledDay: BigInt(figures.settled_day),
    tokensDay: int(figures.tokens_day),
    medianWaitSeconds: figures.median_wait,
    jobsTotal: int(figures.jobs_total),
    jobsSettled: int(figures.jobs_settled),
    series: {
      bucketSeconds,
      endsAt,
      jobsRunning: buckets.map((b) => int(b.running)),
      jobsWaiting: buckets.map((b) => int(b.waiting)),
      nodesAtWork: buckets.map((b) => int(b.nodes)),
      settled: buckets.map((b) => BigInt(b.settled)),
      tokens: buckets.map((b) => int(b.tokens)),
      medianWaitSeconds: buckets.map((b) => b.median_wait),
      jobsListed: buckets.map((b) => int(b.listed)),
    },
    lag: heartbeat === null ? null : lagOf(heartbeat),
    phase: heartbeat?.phase ?? null,
    headSlot: heartbeat?.headSlot ?? null,
    indexedSlot: heartbeat?.indexedSlot ?? null,
  };
}
