/**
 * What is counted, as rows of (at, market, node, project, metric, bin, value). A node is named only where the figure is its
 * own doing: what was listed, deposited and refunded is not.
 */
const FACTS = `
  SELECT listed_at AS at, market, NULL AS node, project, 'jobs_listed' AS metric, NULL::integer AS bin, 1::numeric AS value
  FROM job WHERE listed_at >= $1 AND listed_at < $2
  UNION ALL
  SELECT started_at, market, node, project, metric, bin, value
  FROM job
  CROSS JOIN LATERAL (
    SELECT CASE WHEN rollup_hour(listed_at) IS NOT NULL THEN greatest(started_at - listed_at, 0) END AS seconds
  ) AS wait
  CROSS JOIN LATERAL (
    VALUES ('jobs_started', NULL::integer, 1::numeric),
           ('waits', NULL, CASE WHEN seconds IS NOT NULL THEN 1 END),
           ('wait_seconds', NULL, seconds),
           ('wait_bin', wait_bin(seconds), CASE WHEN seconds IS NOT NULL THEN 1 END)
  ) AS figure (metric, bin, value)
  WHERE started_at >= $1 AND started_at < $2 AND value IS NOT NULL
  UNION ALL
  SELECT f.counted_at, j.market, j.node, j.project,
         CASE f.outcome WHEN 'success' THEN 'succeeded' WHEN 'unknown' THEN 'undecided' ELSE f.outcome END, NULL, 1
  FROM result_facts AS f JOIN job AS j ON j.id = f.job_id
  WHERE f.counted_at >= $1 AND f.counted_at < $2
  UNION ALL
  SELECT r.ended_at, r.market, r.node, j.project, metric, NULL, value
  FROM run AS r LEFT JOIN job AS j ON j.id = r.job_id CROSS JOIN LATERAL (
    VALUES ('runs', 1::numeric),
           ('runs_quit', CASE WHEN r.ended_by = 'quit' THEN 1 END),
           ('run_seconds', CASE WHEN rollup_hour(r.started_at) IS NOT NULL THEN greatest(r.ended_at - r.started_at, 0) END)
  ) AS figure (metric, value)
  WHERE r.ended_at >= $1 AND r.ended_at < $2 AND value IS NOT NULL
  UNION ALL
  SELECT l.block_time, l.market, CASE WHEN l.kind = 'payout' THEN coalesce(paid.node, j.node) END, j.project, metric, NULL, value
  FROM ledger_entry AS l
  LEFT JOIN job AS j ON j.id = l.job_id
  LEFT JOIN LATERAL (
    -- The run that the transaction ended; of two in one, that of who got the money. Without it (history is missing), whom the job names.
    SELECT r.node FROM run AS r
    WHERE l.kind = 'payout' AND r.job_id = l.job_id AND r.ended_signature = l.signature
    ORDER BY r.node IS DISTINCT FROM l.to_owner, r.id COLLATE "C" LIMIT 1
  ) AS paid ON true
  LEFT JOIN ledger_value AS v ON v.position = l.position
  CROSS JOIN LATERAL (
    VALUES (CASE l.kind WHEN 'deposit' THEN 'deposited' WHEN 'payout' THEN 'paid' WHEN 'refund' THEN 'refunded' ELSE 'fees' END, l.amount),
           (CASE l.kind WHEN 'deposit' THEN 'usd_deposited' WHEN 'payout' THEN 'usd_paid' WHEN 'refund' THEN 'usd_refunded' ELSE 'usd_fees' END, v.usd_micro),
           (CASE WHEN v.position IS NULL THEN 'unpriced' ELSE 'priced' END, 1::numeric)
  ) AS figure (metric, value)
  WHERE l.block_time >= $1 AND l.block_time < $2 AND l.kind IN ('deposit', 'payout', 'refund', 'fee') AND value IS NOT NULL
  UNION ALL
  SELECT f.counted_at, c.market, c.node, j.project, metric, NULL, value
  FROM result_facts AS f
  JOIN receipt AS c ON c.job_id = f.job_id
  LEFT JOIN job AS j ON j.id = f.job_id
  CROSS JOIN LATERAL (
    VALUES (CASE WHEN c.signature_valid THEN 'receipts' ELSE 'receipts_invalid' END, 1::numeric),
           ('prompt_tokens', CASE WHEN c.signature_valid THEN c.prompt_tokens END),
           ('completion_tokens', CASE WHEN c.signature_valid THEN c.completion_tokens END),
           ('reasoning_tokens', CASE WHEN c.signature_valid THEN c.reasoning_tokens END)
  ) AS figure (metric, value)
  WHERE f.counted_at >= $1 AND f.counted_at < $2 AND value IS NOT NULL`;

/** Columns that are sums of a metric of the same name. */
const SUMS = [
  'jobs_listed',
  'jobs_started',
  'succeeded',
  'failed',
  'expired',
  'stopped',
  'ended',
  'quit',
  'abandoned',
  'delisted',
  'removed',
  'undecided',
  'runs',
  'runs_quit',
  'run_seconds',
  'deposited',
  'paid',
  'refunded',
  'fees',
  'usd_deposited',
  'usd_paid',
  'usd_refunded',
  'usd_fees',
  'priced',
  'unpriced',
  'receipts',
  'receipts_invalid',
  'prompt_tokens',
  'completion_tokens',
  'reasoning_tokens',
  'waits',
  'wait_seconds',
] as const;

const SCOPE = `
  CASE WHEN grouping(market) = 0 THEN 'market' WHEN grouping(node) = 0 THEN 'node'
       WHEN grouping(project) = 0 THEN 'project' ELSE 'network' END AS scope,
  CASE WHEN grouping(market) = 0 THEN market WHEN grouping(node) = 0 THEN node
       WHEN grouping(project) = 0 THEN project ELSE '' END AS address`;

const scopes = (...keys: string[]): string =>
  ['market', 'node', 'project', '']
    .map((scope) => `(${[scope, ...keys].filter(Boolean).join(', ')})`)
    .join(', ');

const TARGET = `rollup (granularity, scope, address, starts_at, ${SUMS.join(', ')}, wait_bins, wait_counts)`;

// Nothing is joined with what was aggregated: how much that is, the planner cannot know.

/** Counts the hours of [$1, $2) from what they are counted from. */
export const COUNT_HOURS = `
  WITH fact AS MATERIALIZED (${FACTS}),
  total AS (
    SELECT ${SCOPE}, rollup_hour(at) AS hour, metric, bin, sum(value) AS value
    FROM fact GROUP BY GROUPING SETS (${scopes('rollup_hour(at)', 'metric', 'bin')})
  )
  INSERT INTO ${TARGET}
  SELECT 'hour', scope, address, hour,
    ${SUMS.map((name) => `coalesce(sum(value) FILTER (WHERE metric = '${name}'), 0)`).join(',\n    ')},
    coalesce(array_agg(bin ORDER BY bin) FILTER (WHERE metric = 'wait_bin'), '{}'),
    coalesce(array_agg(value ORDER BY bin) FILTER (WHERE metric = 'wait_bin'), '{}')
  FROM total WHERE address IS NOT NULL GROUP BY scope, address, hour`;

/** Sums the days of [$1, $2) from their hours. */
export const SUM_DAYS = `
  WITH hour AS (
    SELECT *, starts_at - starts_at % 86400 AS day FROM rollup
    WHERE granularity = 'hour' AND starts_at >= $1 AND starts_at < $2
  ),
  bin AS (
    SELECT scope, address, day, bin, sum(count) AS count
    FROM hour CROSS JOIN LATERAL unnest(wait_bins, wait_counts) AS wait (bin, count)
    GROUP BY scope, address, day, bin
  ),
  part AS (
    SELECT scope, address, day, ${SUMS.join(', ')}, NULL::integer[] AS bins, NULL::bigint[] AS counts FROM hour
    UNION ALL
    SELECT scope, address, day, ${SUMS.map(() => '0').join(', ')}, array_agg(bin ORDER BY bin), array_agg(count ORDER BY bin)
    FROM bin GROUP BY scope, address, day
  )
  INSERT INTO ${TARGET}
  SELECT 'day', scope, address, day, ${SUMS.map((name) => `sum(${name})`).join(', ')},
    coalesce(max(bins), '{}'), coalesce(max(counts), '{}')
  FROM part GROUP BY scope, address, day`;
