import { big, intOrNull, type Numeric } from '../read/columns.js';

/** One attempt of a node at a job. */
export interface RunRow {
  id: string;
  address: string;
  jobId: string;
  job: string;
  market: string;
  node: string;
  /** Who gets the run account's rent back. */
  payer: string;
  startedAt: number | null;
  endedAt: number | null;
  endedBy: 'finish' | 'end' | 'quit' | 'quitAdmin' | null;
  /** Base units paid to the node. */
  paid: bigint;
  /** null: it began before the index. */
  startedSignature: string | null;
  endedSignature: string | null;
  startedPosition: string;
}

export interface RunSqlRow {
  id: string;
  address: string;
  job_id: string;
  job: string;
  market: string;
  node: string;
  payer: string;
  started_at: Numeric | null;
  ended_at: Numeric | null;
  ended_by: string | null;
  paid: Numeric;
  started_signature: string | null;
  ended_signature: string | null;
  started_position: string;
}

export const RUN_COLUMNS = `u.id, u.address, u.job_id, u.job, u.market, u.node, u.payer, u.started_at, u.ended_at,
  u.ended_by, u.paid, u.started_signature, u.ended_signature, u.started_position`;

export function toRunRow(row: RunSqlRow): RunRow {
  return {
    id: row.id,
    address: row.address,
    jobId: row.job_id,
    job: row.job,
    market: row.market,
    node: row.node,
    payer: row.payer,
    startedAt: intOrNull(row.started_at),
    endedAt: intOrNull(row.ended_at),
    endedBy: row.ended_by as RunRow['endedBy'],
    paid: big(row.paid),
    startedSignature: row.started_signature,
    endedSignature: row.ended_signature,
    startedPosition: row.started_position,
  };
}
