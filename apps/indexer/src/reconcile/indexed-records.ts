import { chainPosition, UNKNOWN_ADDRESS } from '@inferscan/protocol';

import type { RecordKind, Records } from './records.js';

/** Runs a query and gives its rows; int8 and numeric are bigint. */
type Query = (sql: string, values: readonly unknown[]) => Promise<{ rows: unknown[] }>;

/** The tables' records, and those that changed after a slot: nothing can be said of these as of that slot. */
export interface IndexedRecords {
  readonly records: Records;
  readonly changedAfter: Readonly<Partial<Record<RecordKind, ReadonlySet<string>>>>;
}

// Of millions of jobs and runs few are open or changed just now: each half of these questions has an index of its own (0027), and
// either would be read whole for both at once.
const JOB = `
    SELECT address, closed_at IS NULL AS there, updated_position >= $1 AS changed, jsonb_build_object(
      'market', market, 'project', project, 'payer', payer, 'price', price::text, 'timeout', timeout::text,
      'definition', definition_digest, 'result', result_digest,
      'status', CASE WHEN status IN ('finished', 'ended', 'done') THEN 'done' ELSE status END,
      'node', CASE WHEN status IN ('finished', 'ended', 'done', 'running') THEN node END,
      'startedAt', CASE WHEN status IN ('finished', 'ended', 'done', 'running') THEN started_at::text END,
      'endedAt', CASE WHEN status IN ('finished', 'ended', 'done') THEN ended_at::text END) AS fields
    FROM job`;
const RUN = `
    SELECT run.address, ended_by IS NULL AS there, job.updated_position >= $1 AS changed, jsonb_build_object(
      'job', run.job, 'node', run.node, 'payer', run.payer, 'startedAt', run.started_at::text) AS fields
    FROM run JOIN job ON job.id = run.job_id`;

/** Each gives address, whether the account is there, whether the row changed after $1, and the fields as text. */
const QUERIES: Readonly<Record<RecordKind, string>> = {
  market: `
    SELECT address, closed_at IS NULL AS there, updated_position >= $1 AS changed, jsonb_build_object(
      'authority', authority, 'vault', vault, 'jobPrice', job_price::text, 'jobTimeout', job_timeout::text,
      'jobExpiration', job_expiration::text, 'jobType', job_type::text, 'nodeAccessKey', node_access_key,
      'nodeXnosMinimum', node_xnos_minimum::text, 'queueType', queue_type,
      'queue', array_to_string(queue, ' ')) AS fields
    FROM market WHERE closed_at IS NULL OR updated_position >= $1`,
  job: `${JOB} WHERE closed_at IS NULL UNION ALL ${JOB} WHERE closed_at IS NOT NULL AND updated_position >= $1`,
  run: `${RUN} WHERE ended_by IS NULL UNION ALL ${RUN} WHERE ended_by IS NOT NULL AND job.id IN (
    SELECT id FROM job WHERE closed_at IS NULL AND updated_position >= $1
    UNION ALL SELECT id FROM job WHERE closed_at IS NOT NULL AND updated_position >= $1)`,
  stake: `
    SELECT address, closed_position IS NULL AS there, updated_position >= $1 AS changed, jsonb_build_object(
      'amount', amount::text, 'owner', nullif(owner, $2), 'duration', duration::text,
      'timeUnstake', CASE WHEN amount IS NOT NULL THEN coalesce(time_unstake, 0)::text END,
      'vault', nullif(vault, $2), 'xnos', xnos::text) AS fields
    FROM stake WHERE closed_position IS NULL OR updated_position >= $1`,
  registration: `
    SELECT address, true AS there, updated_position >= $1 AS changed, jsonb_build_object(
      'node', node, 'audited', audited::text, 'architecture', architecture::text, 'country', country::text,
      'cpu', cpu::text, 'gpu', gpu::text, 'memory', memory::text, 'iops', iops::text, 'storage', storage::text,
      'endpoint', endpoint, 'icon', icon, 'version', version) AS fields
    FROM node_registration`,
  pool: `
    SELECT address, true AS there, updated_position >= $1 AS changed, jsonb_build_object(
      'rate', rate::text, 'totalReflection', total_reflection::text, 'totalXnos', total_xnos::text,
      'vault', nullif(vault, $2)) AS fields
    FROM reward_pool`,
  reward: `
    SELECT address, closed_position IS NULL AS there, updated_position >= $1 AS changed, jsonb_build_object(
      'owner', nullif(owner, $2), 'reflection', reflection::text, 'xnos', xnos::text) AS fields
    FROM reward WHERE closed_position IS NULL OR updated_position >= $1`,
};

interface Row {
  readonly address: string;
  readonly there: boolean;
  readonly changed: boolean;
  readonly fields: Record<string, string | null>;
}

/** Reads what the tables say of accounts of some kinds that are there. One transaction must surround it. */
export async function readIndexedRecords(
  query: Query,
  slot: bigint,
  kinds: readonly RecordKind[],
): Promise<IndexedRecords> {
  const after = chainPosition(slot + 1n, 0);
  const rows = new Map<RecordKind, readonly Row[]>();
  for (const kind of kinds) {
    const values = QUERIES[kind].includes('$2') ? [after, UNKNOWN_ADDRESS] : [after];
    rows.set(kind, (await query(QUERIES[kind], values)).rows as Row[]);
  }
  const each = <Result>(of: (found: readonly Row[]) => Result): Partial<Record<RecordKind, Result>> =>
    Object.fromEntries([...rows].map(([kind, found]) => [kind, of(found)]));
  return {
    records: each(
      (found) => new Map(found.filter(({ there }) => there).map(({ address, fields }) => [address, fields])),
    ),
    changedAfter: each(
      (found) => new Set(found.filter(({ changed }) => changed).map(({ address }) => address)),
    ),
  };
}
