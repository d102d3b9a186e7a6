import { FACTS, type Fact, FIGURES, type Figure, WAITED } from './facts.js';

const SUMS = Object.keys(FIGURES) as Figure[];

/** The hour of a time that lies in a range of hours. */
const hourOf = (at: string): string => `${at} - ${at} % 3600`;

const factRows = ({ at, market, node, project, from, adds }: Fact): string => `
    SELECT ${hourOf(at)} AS at, ${market} AS market, ${node} AS node, ${project} AS project,
      ${SUMS.map((name) => `(${adds[name] ?? 'NULL'})::${FIGURES[name]} AS ${name}`).join(', ')}
    FROM ${from} WHERE ${at} >= $1 AND ${at} < $2`;

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

/** Sums and waiting times, which are counted apart, as one row each. Not by a join: how many there are, the planner cannot know. */
const insert = (granularity: 'hour' | 'day', sums: string, waits: string): string => `
  INSERT INTO ${TARGET}
  SELECT '${granularity}', scope, address, at, ${SUMS.map((name) => `sum(${name})`).join(', ')},
    coalesce(max(bins), '{}'), coalesce(max(counts), '{}')
  FROM (
    SELECT scope, address, at, ${SUMS.join(', ')}, NULL::integer[] AS bins, NULL::bigint[] AS counts FROM ${sums}
    UNION ALL
    SELECT scope, address, at, ${SUMS.map(() => '0').join(', ')}, array_agg(bin ORDER BY bin), array_agg(jobs ORDER BY bin)
    FROM ${waits} GROUP BY scope, address, at
  ) AS part
  WHERE address IS NOT NULL GROUP BY scope, address, at`;

/** Counts the hours of [$1, $2) from what they are counted from. */
export const COUNT_HOURS = `
  WITH fact AS (${FACTS.map(factRows).join(' UNION ALL ')}),
  total AS (
    SELECT ${SCOPE}, at, ${SUMS.map((name) => `coalesce(sum(${name}), 0) AS ${name}`).join(', ')}
    FROM fact GROUP BY GROUPING SETS (${scopes('at')})
  ),
  waited AS (
    SELECT ${hourOf('started_at')} AS at, market, node, project, wait_bin(${WAITED}) AS bin
    FROM job WHERE started_at >= $1 AND started_at < $2 AND rollup_hour(listed_at) IS NOT NULL
  ),
  wait AS (SELECT ${SCOPE}, at, bin, count(*) AS jobs FROM waited GROUP BY GROUPING SETS (${scopes('at', 'bin')}))
  ${insert('hour', 'total', 'wait')}`;

/** Sums the days of [$1, $2) from their hours. */
export const SUM_DAYS = `
  WITH hour AS (
    SELECT *, starts_at - starts_at % 86400 AS at FROM rollup
    WHERE granularity = 'hour' AND starts_at >= $1 AND starts_at < $2
  ),
  wait AS (
    SELECT scope, address, at, bin, sum(count) AS jobs
    FROM hour CROSS JOIN LATERAL unnest(wait_bins, wait_counts) AS wait (bin, count)
    GROUP BY scope, address, at, bin
  )
  ${insert('day', 'hour', 'wait')}`;
