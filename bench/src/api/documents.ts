import type { Database } from '@inferscan/db';

/**
 * What a generated history has only the CIDs of: what jobs ask for, what became of them, receipts of a third of those that were
 * finished, prices. A tenth of all jobs share a definition. The same history gets the same ones.
 */
const DOCUMENTS = [
  `UPDATE job SET definition_cid = (SELECT definition_cid FROM job ORDER BY listed_position LIMIT 1)
   WHERE hashtext(id) % 10 = 0`,
  `INSERT INTO definition_facts (cid, valid, errors, operations, op_types, images, model, model_source, task, reasoning,
     prompts, gpu, resources, ports, service, confidential, awaiting)
   SELECT cid, true, '[]', 1, '{container/run}', '{docker.io/example/image}',
     'example/model-' || (power((hashtext(cid) & 65535) / 65536.0, 3) * 60)::int, 'spec', 'generate', false, 1, true, '[]',
     '{}', false, false, '{}'
   FROM content WHERE kind = 'definition'`,
  `UPDATE content SET status = CASE WHEN hashtext(cid) % 50 = 0 THEN 'missing' ELSE 'fetched' END, fetched_at = now()`,
  `UPDATE result_facts AS f SET state = said, outcome = said FROM (
     SELECT id, CASE WHEN share < 0.9 THEN 'success' WHEN share < 0.98 THEN 'failed' WHEN share < 0.995 THEN 'stopped'
       ELSE 'unknown' END AS said
     FROM (SELECT *, (hashtext(id) & 65535) / 65536.0 AS share FROM job) AS j
     WHERE status IN ('finished', 'done', 'ended') AND result_cid IS NOT NULL
   ) AS j WHERE j.id = f.job_id`,
  `INSERT INTO receipt (job_id, op, result_cid, node, market, model, model_digest, task, precision, runtime, runtime_version,
     provider, threads, cpu_model, logical_cores, memory_mb, gpus, prompt_tokens, completion_tokens, reasoning_tokens, queue_ms,
     load_ms, first_token_ms, total_ms, output_digest, signature_valid, finished_at, receipt)
   SELECT j.id, 'a', j.result_cid, j.node, j.market, d.model, md5(d.model), 'generate', 'int8', 'onnxruntime', '1', 
     CASE WHEN kind % 4 = 0 THEN 'cpu' ELSE 'cuda' END, 8, 'CPU model ' || kind % 12, 8 + kind % 4 * 8, 32768,
     jsonb_build_array(jsonb_build_object('name', 'GPU ' || kind % 15, 'memory_mb', 8192)), 100, 50 + share * 5, 0, 5, 100,
     20 + share, 1000 + share * 90, md5(j.id), share % 100 > 0, j.ended_at, jsonb_build_object('pad', repeat('x', 400))
   FROM (SELECT *, abs(hashtext(node)) AS kind, abs(hashtext(id)) % 256 AS share FROM job) AS j
   JOIN definition_facts AS d ON d.cid = j.definition_cid
   WHERE status IN ('finished', 'done') AND result_cid IS NOT NULL AND ended_at IS NOT NULL AND share < 85`,
  `INSERT INTO price (at, source, usd_micro)
   SELECT at, 'file', 300000 + at % 50000 FROM (SELECT max(ended_at) AS last FROM job) AS history,
     generate_series(last - 2 * 365 * 86400, last, 60) AS at`,
];

export async function addDocuments({ pool }: Pick<Database, 'pool'>): Promise<void> {
  for (const statement of DOCUMENTS) await pool.query(statement);
  await pool.query('VACUUM ANALYZE');
}
