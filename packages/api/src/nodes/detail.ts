import { JOB_COLUMNS, JOB_FROM, type JobRow, type JobSqlRow, toJobRow } from '../jobs/row.js';
import { int, type Numeric } from '../read/columns.js';
import type { Directory } from '../read/directory.js';
import type { Reader } from '../read/index-reader.js';
import { decodeCursor, encodeCursor, type Page, toPage } from '../read/page.js';
import { type NodeReportView, readReport } from './report.js';
import { NODE_COLUMNS, NODE_JOINS, NODE_VIEW, type NodeRow, type NodeSqlRow, toNodeRow } from './row.js';

/** A run of a node with the job it served. */
export interface NodeRun {
  /** run address@startedPosition. */
  id: string;
  startedAt: number | null;
  endedAt: number | null;
  endedBy: 'finish' | 'end' | 'quit' | 'quitAdmin' | null;
  /** Base units paid to the node. */
  paid: bigint;
  job: JobRow;
}

/** Earnings per market; base units. */
export interface NodeMarket {
  market: string;
  marketName: string | null;
  runs: number;
  earned: bigint;
}

export interface NodeDetail {
  node: NodeRow;
  markets: NodeMarket[];
  /** Completion tokens in receipts with a valid signature. */
  tokensServed: number;
  /** What it says of its machine; null where none of its receipts names a report. */
  report: NodeReportView | null;
  history: Page<NodeRun>;
}

interface RunJobSqlRow extends JobSqlRow {
  served_run_id: string;
  run_started_at: Numeric | null;
  run_ended_at: Numeric | null;
  run_ended_by: string | null;
  run_paid: Numeric;
  run_started_position: string;
}

/** null where the index knows no such node. */
export async function readNode(
  reader: Reader,
  directory: Directory,
  input: { address: string; cursor?: string | null | undefined; limit: number },
): Promise<NodeDetail | null> {
  const row = await reader.first<NodeSqlRow>(
    `${NODE_VIEW} select ${NODE_COLUMNS} from node_view v ${NODE_JOINS} where v.address = $1`,
    [input.address],
  );
  if (row === undefined) return null;
  const markets = await reader.rows<{ market: string; runs: Numeric; earned: Numeric }>(
    'select market, runs, earned from run_count where node = $1 and runs > 0 order by earned desc, market',
    [input.address],
  );
  const tokens = await reader.first<{ tokens: Numeric }>(
    'select coalesce(sum(completion_tokens), 0) as tokens from receipt where node = $1 and signature_valid',
    [input.address],
  );
  const before = input.cursor ? decodeCursor(input.cursor).key : null;
  const runs = await reader.rows<RunJobSqlRow>(
    `select u.id as served_run_id, u.started_at as run_started_at, u.ended_at as run_ended_at,
       u.ended_by as run_ended_by, u.paid as run_paid, u.started_position as run_started_position, ${JOB_COLUMNS}
     ${JOB_FROM} join run u on u.job_id = j.id
     where u.node = $1 and ($2::text is null or u.started_position < $2)
     order by u.started_position desc limit $3`,
    [input.address, before, input.limit + 1],
  );
  const page = toPage(runs, input.limit, (run) => encodeCursor(run.run_started_position, run.served_run_id));
  return {
    node: toNodeRow(row, directory),
    markets: markets.map((m) => ({
      market: m.market,
      marketName: directory.marketName(m.market),
      runs: int(m.runs),
      earned: BigInt(m.earned),
    })),
    tokensServed: int(tokens?.tokens ?? 0),
    report: await readReport(reader, input.address),
    history: {
      rows: page.rows.map((run) => ({
        id: run.served_run_id,
        startedAt: run.run_started_at === null ? null : int(run.run_started_at),
        endedAt: run.run_ended_at === null ? null : int(run.run_ended_at),
        endedBy: run.run_ended_by as NodeRun['endedBy'],
        paid: BigInt(run.run_paid),
        job: toJobRow(run, directory),
      })),
      nextCursor: page.nextCursor,
    },
  };
}
