import type { DatabaseClient } from '@inferscan/db';
import type { ChainFacts } from '@inferscan/formats';

/** What the chain says of a job, as far as its end and its documents are concerned. */
export interface JobEnd {
  readonly id: string;
  readonly address: string;
  readonly market: string;
  readonly project: string;
  readonly node: string | null;
  readonly status: string;
  readonly definitionCid: string;
  readonly resultCid: string | null;
  readonly listedAt: bigint | null;
  readonly startedAt: bigint | null;
  readonly endedAt: bigint | null;
  readonly timeout: bigint;
  readonly closedAt: bigint | null;
  /** Address of its last run's account. */
  readonly run: string | null;
  readonly runEndedBy: string | null;
}

/** A job whose end is known, or whose run stands. */
export interface EndedJob extends JobEnd {
  readonly end: ChainFacts['end'];
  /** The facts that an attribution rests on, as text: if they are the same, it holds. */
  readonly basis: string;
}

/** Columns of {@link JobEnd}; goes with {@link JOB_END_FROM}. */
export const JOB_END_COLUMNS = `
  j.id, j.address, j.market, j.project, j.node, j.status, j.definition_cid AS "definitionCid",
  j.result_cid AS "resultCid", j.listed_at AS "listedAt", j.started_at AS "startedAt", j.ended_at AS "endedAt", j.timeout,
  j.closed_at AS "closedAt", u.address AS run, u.ended_by AS "runEndedBy"`;
export const JOB_END_FROM = 'job AS j LEFT JOIN run AS u ON u.id = j.run_id';

/** How a job came to its end; null for one that still waits. */
function endOf({ status, closedAt, runEndedBy }: JobEnd): ChainFacts['end'] | null {
  switch (status) {
    case 'finished':
    // Where its poster had ended it before, its result says so.
    case 'done':
      return 'finish';
    case 'ended':
      return 'end';
    case 'delisted':
      return 'delist';
    case 'unqueued':
      return 'admin';
    case 'stopped':
    case 'recovered':
      return runEndedBy === 'quitAdmin' ? 'admin' : 'quit';
    default:
      // Only an administrator closes the account of a job that waits or runs.
      if (closedAt !== null) return 'admin';
      return status === 'running' ? 'open' : null;
  }
}

export function endedJob(job: JobEnd): EndedJob | null {
  const end = endOf(job);
  if (end === null) return null;
  const { startedAt, endedAt, timeout, resultCid } = job;
  const times = [startedAt, end === 'open' ? null : endedAt].map((time) => time ?? '?');
  return { ...job, end, basis: [end, ...times, timeout, resultCid ?? '-'].join(' ') };
}

/** Jobs by id, those whose end is known or whose run stands. */
export async function endedJobs(client: DatabaseClient, ids: readonly string[]): Promise<EndedJob[]> {
  const { rows } = await client.query<JobEnd>(
    `SELECT ${JOB_END_COLUMNS} FROM ${JOB_END_FROM} WHERE j.id = ANY ($1)`,
    [ids],
  );
  return rows.flatMap((job) => endedJob(job) ?? []);
}

/** The chain's clock as far as it is indexed; null before anything is. */
export async function chainTime(client: Pick<DatabaseClient, 'query'>): Promise<bigint | null> {
  const { rows } = await client.query<{ time: bigint | null }>(
    'SELECT block_time AS time FROM chain_transaction ORDER BY slot DESC, index DESC LIMIT 1',
  );
  return rows[0]?.time ?? null;
}
