import type { Counts } from './counts.js';

const ANEW = 'SELECT public.count_hardware()';
const FACTS = 'public.receipt AS r CROSS JOIN LATERAL public.hardware_facts(r) AS f';
/** What is measured of one receipt, or of a change, as (first_token, value). */
const MEASURED =
  'CROSS JOIN LATERAL (VALUES (false, milli_tokens_per_second), (true, first_token_us)) AS measured (first_token, value)';

/**
 * What is kept of receipts for the page of hardware, with the changes that are noted and not yet added up. Where one is noted, what
 * the latest receipt says is not compared: it may be either's.
 */
export const HARDWARE_COUNTS: readonly Counts[] = [
  {
    table: 'hardware_machine',
    key: ['node', 'device'],
    counted: ['receipts', 'tokens', 'last_seen', 'cores', 'memory_mb'],
    query: `SELECT node, device, receipts, tokens, CASE WHEN NOT waits THEN latest[1] END AS last_seen,
        CASE WHEN NOT waits THEN latest[2] END AS cores, CASE WHEN NOT waits THEN latest[3] END AS memory_mb
      FROM (
        SELECT f.node, f.device, count(*) AS receipts, sum(f.tokens) AS tokens,
          max(ARRAY[f.finished_at, f.cores, f.memory_mb]::double precision[]) AS latest,
          (f.node, f.device) IN (SELECT node, device FROM public.hardware_change) AS waits
        FROM ${FACTS} WHERE r.signature_valid GROUP BY 1, 2
      ) AS machine`,
    stored: `SELECT node, device, sum(receipts) AS receipts, sum(tokens) AS tokens,
        CASE WHEN NOT bool_or(waits) THEN max(last_seen) END AS last_seen,
        CASE WHEN NOT bool_or(waits) THEN max(cores) END AS cores,
        CASE WHEN NOT bool_or(waits) THEN max(memory_mb) END AS memory_mb
      FROM (
        SELECT node, device, receipts, tokens, last_seen, cores, memory_mb, false AS waits FROM public.hardware_machine
        UNION ALL SELECT node, device, sign, sign * tokens::numeric, NULL, NULL, NULL, true FROM public.hardware_change
      ) AS share GROUP BY 1, 2`,
    anew: ANEW,
  },
  {
    table: 'hardware_node',
    key: ['node', 'kind', 'device'],
    counted: ['latest'],
    query: `SELECT DISTINCT ON (node, kind) node, kind, device, 1 AS latest FROM public.hardware_machine
      ORDER BY node, kind, last_seen DESC, device`,
    stored: 'SELECT node, kind, device, 1 AS latest FROM public.hardware_node',
    anew: ANEW,
  },
  {
    table: 'hardware_device',
    key: ['id'],
    counted: [
      'receipts',
      'tokens',
      'nodes',
      'cores_min',
      'cores_max',
      'memory_min',
      'memory_max',
      'last_seen',
    ],
    query: `SELECT m.device AS id, sum(receipts) AS receipts, sum(tokens) AS tokens,
        (SELECT count(*) FROM public.hardware_node AS n WHERE n.device = m.device) AS nodes, min(cores) AS cores_min,
        max(cores) AS cores_max, min(memory_mb) AS memory_min, max(memory_mb) AS memory_max, max(last_seen) AS last_seen
      FROM public.hardware_machine AS m GROUP BY 1`,
    stored: `SELECT public.hardware_id(kind, name) AS id, receipts, tokens, nodes, cores_min, cores_max, memory_min, memory_max, last_seen
      FROM public.hardware_device`,
    anew: ANEW,
  },
  {
    table: 'hardware_bin',
    key: ['speed', 'first_token', 'bin'],
    counted: ['receipts', 'total'],
    query: `SELECT f.speed, first_token, public.wait_bin(value) AS bin, count(*) AS receipts, sum(value) AS total
      FROM ${FACTS} ${MEASURED} WHERE r.signature_valid AND f.speed IS NOT NULL GROUP BY 1, 2, 3`,
    stored: `SELECT speed, first_token, bin, sum(receipts) AS receipts, sum(total) AS total FROM (
        SELECT speed, first_token, bin, receipts, total FROM public.hardware_bin
        UNION ALL SELECT speed, first_token, public.wait_bin(value), sign, sign * value::numeric FROM public.hardware_change
          ${MEASURED} WHERE speed IS NOT NULL
      ) AS share GROUP BY 1, 2, 3`,
    anew: ANEW,
  },
  {
    table: 'hardware_speed',
    key: ['id'],
    counted: ['receipts', 'tokens_per_second', 'first_token_ms'],
    query: `SELECT speed AS id, max(receipts) AS receipts, max(median / 1000) FILTER (WHERE NOT first_token) AS tokens_per_second,
        max(median / 1000) FILTER (WHERE first_token) AS first_token_ms
      FROM public.hardware_medians((SELECT array_agg(DISTINCT speed) FROM public.hardware_bin)) GROUP BY 1`,
    stored: `SELECT public.hardware_id(d.kind, d.name, s.model, s.precision, s.runtime, s.provider) AS id,
        s.receipts, s.tokens_per_second, s.first_token_ms
      FROM public.hardware_speed AS s LEFT JOIN public.hardware_device AS d ON d.id = s.device`,
    anew: ANEW,
  },
];
