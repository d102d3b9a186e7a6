import type { JobStatus } from '@inferscan/protocol';
import { big, int, intOrNull, type Numeric } from '../read/columns.js';
import type { Directory } from '../read/directory.js';

/** How a result says its job ended. */
export type ResultState = 'success' | 'failed' | 'stopped' | 'unknown';

/** One life of a job account, as tables show it. Money in NOS base units, times in Unix seconds. */
export interface JobRow {
  /** address@listedPosition: addresses can be reused. */
  id: string;
  address: string;
  listedPosition: string;
  market: string;
  marketName: string | null;
  node: string | null;
  project: string;
  payer: string;
  status: JobStatus;
  /** From the definition; null until it was fetched, or where it names none. */
  model: string | null;
  task: string | null;
  reasoning: boolean | null;
  /** Base units per second. */
  price: bigint;
  /** Seconds. */
  timeout: number;
  listedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  closedAt: number | null;
  /** null: it was listed before the index began. */
  deposited: bigint | null;
  /** What was deposited or, where that is not known, what its terms ask for. */
  escrow: bigint;
  /** null: it was settled before the index began. */
  paid: bigint | null;
  refunded: bigint | null;
  fees: bigint;
  /** null until a result was fetched and read. */
  resultState: ResultState | null;
  resultReason: string | null;
  /** 1 is next; null for jobs that are in no queue. */
  queuePosition: number | null;
  /** Jobs in that queue. */
  queueLength: number | null;
  /** null: it was listed before the index began. */
  listedSignature: string | null;
  definitionCid: string;
  resultCid: string | null;
}

export interface JobSqlRow {
  id: string;
  address: string;
  listed_position: string;
  market: string;
  node: string | null;
  project: string;
  payer: string;
  status: string;
  run_id: string | null;
  model: string | null;
  task: string | null;
  reasoning: boolean | null;
  price: Numeric;
  timeout: Numeric;
  listed_at: Numeric | null;
  started_at: Numeric | null;
  ended_at: Numeric | null;
  closed_at: Numeric | null;
  deposited: Numeric;
  paid: Numeric;
  refunded: Numeric;
  fees: Numeric;
  result_state: string | null;
  result_reason: string | null;
  queue_position: number | null;
  queue_length: number | null;
  listed_signature: string | null;
  definition_cid: string;
  result_cid: string | null;
}

/** Columns of {@link JobSqlRow}; goes with {@link JOB_FROM}. */
export const JOB_COLUMNS = `
  j.id, j.address, j.listed_position, j.market, j.node, j.project, j.payer, j.status, j.run_id,
  d.model, d.task, d.reasoning, j.price, j.timeout, j.listed_at, j.started_at, j.ended_at, j.closed_at,
  j.deposited, j.paid, j.refunded, j.fees, r.state as result_state, r.reason as result_reason,
  case when j.status = 'queued' and m.queue_type = 'jobs' then array_position(m.queue, j.address) end
    as queue_position,
  case when j.status = 'queued' and m.queue_type = 'jobs' then cardinality(m.queue) end as queue_length,
  j.listed_signature, j.definition_cid, j.result_cid`;

export const JOB_FROM = `
  from job j
  left join definition_facts d on d.cid = j.definition_cid
  left join result_facts r on r.job_id = j.id
  left join market m on m.address = j.market`;

/** A job that was done when the index began has no run in it. */
const wasSettledBefore = ({ listed_signature: listed, run_id: run, status }: JobSqlRow): boolean =>
  listed === null && run === null && (status === 'done' || status === 'ended');

function moneyOf(row: JobSqlRow): Pick<JobRow, 'deposited' | 'escrow' | 'paid' | 'refunded'> {
  const isFromBefore = row.listed_signature === null;
  const isSettled = wasSettledBefore(row);
  return {
    deposited: isFromBefore ? null : big(row.deposited),
    escrow: isFromBefore ? big(row.price) * big(row.timeout) : big(row.deposited),
    paid: isSettled ? null : big(row.paid),
    refunded: isSettled ? null : big(row.refunded),
  };
}

export function toJobRow(row: JobSqlRow, directory: Directory): JobRow {
  return {
    id: row.id,
    address: row.address,
    listedPosition: row.listed_position,
    market: row.market,
    marketName: directory.marketName(row.market),
    node: row.node,
    project: row.project,
    payer: row.payer,
    status: row.status as JobStatus,
    model: row.model,
    task: row.task,
    reasoning: row.reasoning,
    price: big(row.price),
    timeout: int(row.timeout),
    listedAt: intOrNull(row.listed_at),
    startedAt: intOrNull(row.started_at),
    endedAt: intOrNull(row.ended_at),
    closedAt: intOrNull(row.closed_at),
    ...moneyOf(row),
    fees: big(row.fees),
    resultState: row.result_state as ResultState | null,
    resultReason: row.result_reason,
    queuePosition: row.queue_position,
    queueLength: row.queue_length,
    listedSignature: row.listed_signature,
    definitionCid: row.definition_cid,
    resultCid: row.result_cid,
  };
}
