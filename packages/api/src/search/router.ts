import { z } from 'zod';
import type { RouterDeps } from '../deps.js';
import type { Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import { procedure, router } from '../trpc.js';

export type SearchKind =
  | 'job'
  | 'node'
  | 'market'
  | 'project'
  | 'transaction'
  | 'definition'
  | 'result'
  | 'model';

/** Something that a query can mean; `id` is what its page is addressed by. */
export interface SearchHit {
  kind: SearchKind;
  /** Address of a job, node, market or project; signature; CID; model name. */
  id: string;
  label: string;
  /** For a definition or result: the newest job that has it. */
  job: string | null;
  /** For projects, definitions, results, models: jobs behind it; null for a model that more than 1,000 have. */
  jobs: number | null;
}

const Query = z.string().trim().min(1).max(200);

const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const SIGNATURE = /^[1-9A-HJ-NP-Za-km-z]{64,88}$/;
const CID = /^(Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{50,120})$/;

export function searchRouter(deps: RouterDeps) {
  return router({
    /** Everything a pasted text can be, the most specific first; empty when nothing matches. */
    resolve: procedure
      .input(z.strictObject({ query: Query }))
      .query(({ input }) => deps.read((reader) => resolve(reader, deps, input.query))),
  });
}

async function resolve(reader: Reader, deps: RouterDeps, query: string): Promise<SearchHit[]> {
  if (CID.test(query)) return byCid(reader, query);
  if (SIGNATURE.test(query)) return bySignature(reader, query);
  if (ADDRESS.test(query)) {
    const hits = await byAddress(reader, deps, query);
    if (hits.length > 0) return hits;
  }
  return byName(reader, deps, query);
}

const hit = (kind: SearchKind, id: string, label: string, rest: Partial<SearchHit> = {}): SearchHit => ({
  kind,
  id,
  label,
  job: null,
  jobs: null,
  ...rest,
});

async function byAddress(reader: Reader, deps: RouterDeps, address: string): Promise<SearchHit[]> {
  const row = await reader.first<{
    job_status: string | null;
    is_market: boolean;
    is_node: boolean;
    project_jobs: Numeric | null;
  }>(
    `select
       (select status from job where address = $1 order by listed_position desc limit 1) as job_status,
       exists (select 1 from market where address = $1) as is_market,
       exists (select 1 from node where address = $1) as is_node,
       (select jobs from project_count where project = $1) as project_jobs`,
    [address],
  );
  if (row === undefined) return [];
  const hits: SearchHit[] = [];
  if (row.job_status !== null) hits.push(hit('job', address, `Job, ${row.job_status}`));
  if (row.is_market) hits.push(hit('market', address, deps.directory.marketName(address) ?? 'Market'));
  if (row.is_node) hits.push(hit('node', address, 'Node'));
  const jobs = Number(row.project_jobs ?? 0);
  if (jobs > 0) hits.push(hit('project', address, 'Project', { jobs }));
  return hits;
}

async function bySignature(reader: Reader, signature: string): Promise<SearchHit[]> {
  const row = await reader.first<{ error: string | null; slot: Numeric }>(
    'select error, slot from chain_transaction where signature = $1',
    [signature],
  );
  if (row === undefined) return [];
  const outcome = row.error === null ? 'Transaction' : 'Failed transaction';
  return [hit('transaction', signature, `${outcome} in slot ${row.slot}`)];
}

async function byCid(reader: Reader, cid: string): Promise<SearchHit[]> {
  const rows = await reader.rows<{ kind: 'definition' | 'result'; job: string; jobs: Numeric }>(
    `(select 'definition' as kind, address as job, (select count(*) from job where definition_cid = $1) as jobs from job
        where definition_cid = $1 order by listed_position desc limit 1)
     union all
     (select 'result', address, count(*) over () from job
        where result_cid = $1 order by listed_position desc limit 1)`,
    [cid],
  );
  return rows.map((row) =>
    hit(row.kind, cid, row.kind === 'definition' ? 'Job definition' : 'Job result', {
      job: row.job,
      jobs: Number(row.jobs),
    }),
  );
}

/** Models that a search goes through, those it shows, and jobs up to which they are counted. */
const [LOOKED_AT, SHOWN, COUNTED] = [1_000, 10, 1_000];

// From one model to the next by the index, which holds a line for each definition. Models are ordered by the definitions that
// name them, and for those that are shown jobs are counted: of both no more than COUNTED and one, in the order of the index,
// as without an order a table that was not vacuumed yet is read through for each model.
const MODELS = `
  with recursive named (model) as (
    (select min(model) from definition_facts)
    union all
    select (select min(f.model) from definition_facts f where f.model > named.model) from named where named.model is not null
  ), found as (
    select model, definitions from (
      select model from named where model ilike $1 limit ${LOOKED_AT}
    ) matching cross join lateral (
      select count(*) as definitions from (
        select from definition_facts f where f.model = matching.model order by f.cid limit ${COUNTED + 1}
      ) of_model
    ) counted order by definitions desc, model limit ${SHOWN}
  )
  select model, jobs from found cross join lateral (
    select count(*) as jobs from (
      select from definition_facts f join job j on j.definition_cid = f.cid where f.model = found.model
      order by f.cid limit ${COUNTED + 1}
    ) of_model
  ) counted order by jobs desc, definitions desc, model`;

async function byName(reader: Reader, deps: RouterDeps, text: string): Promise<SearchHit[]> {
  const pattern = `%${text.replaceAll(/[\\%_]/g, (c) => `\\${c}`)}%`;
  const models = await reader.rows<{ model: string; jobs: Numeric }>(MODELS, [pattern]);
  return [
    ...deps.directory
      .marketsLike(text)
      .slice(0, 10)
      .map((market) => hit('market', market.address, market.name)),
    ...models.map((row) =>
      hit('model', row.model, row.model, { jobs: Number(row.jobs) <= COUNTED ? Number(row.jobs) : null }),
    ),
  ];
}
