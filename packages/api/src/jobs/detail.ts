import { MAX_POSITION } from '@inferscan/protocol';
import { expectedStartSeconds } from '../markets/expected-start.js';
import { type MarketRow, type MarketSqlRow, marketSql, toMarketRow } from '../markets/row.js';
import { readFinalizedSlot } from '../network/finality.js';
import { readEventsFrom } from '../network/kept.js';
import type { Directory } from '../read/directory.js';
import type { Reader } from '../read/index-reader.js';
import {
  type AnswerView,
  answersOf,
  CONTENT_COLUMNS,
  type ContentSqlRow,
  type ContentView,
  toContentView,
} from './content.js';
import { EVENT_COLUMNS, type EventRow, type EventSqlRow, toEventRow } from './events.js';
import { LEDGER_COLUMNS, type LedgerRow, type LedgerSqlRow, toLedgerRow } from './ledger.js';
import { type ReceiptRow, type ReceiptSqlRow, toReceiptRow } from './receipts.js';
import { JOB_COLUMNS, JOB_FROM, type JobRow, type JobSqlRow, type ResultState, toJobRow } from './row.js';
import { RUN_COLUMNS, type RunRow, type RunSqlRow, toRunRow } from './runs.js';
import { readService, type ServiceView } from './service.js';

/** What a definition asks for. */
export interface DefinitionFactsView {
  valid: boolean;
  errors: unknown;
  opTypes: string[];
  images: string[];
  model: string | null;
  task: string | null;
  reasoning: boolean | null;
  precision: string | null;
  prompts: number | null;
  gpu: boolean | null;
  trigger: string | null;
}

/** Everything known about one life of a job account. */
export interface JobDetail {
  job: JobRow;
  /** Seconds until it starts, for a queued job; null where that cannot be known. */
  expectedStartSeconds: number | null;
  market: MarketRow | null;
  runs: RunRow[];
  events: EventRow[];
  /** Its events before this slot are not kept; null: all are there. */
  eventsFromSlot: bigint | null;
  ledger: LedgerRow[];
  definition: ContentView & { facts: DefinitionFactsView | null };
  result: ContentView & {
    facts: { state: ResultState; reason: string | null } | null;
    answers: AnswerView[];
  };
  receipts: ReceiptRow[];
  /** The endpoint that it asks for; null: it asks for answers, or for something else. */
  service: ServiceView | null;
  /** Other lives of the same address, newest first, at most 50. */
  otherLives: { id: string; listedPosition: string; listedAt: number | null; status: JobRow['status'] }[];
}

/**
 * The newest life of a job account, or the one listed at `at`.
 * @returns null where the index knows no such job
 */
export async function readJob(
  reader: Reader,
  directory: Directory,
  address: string,
  at?: string,
): Promise<JobDetail | null> {
  const lives = await reader.rows<JobSqlRow>(
    `select ${JOB_COLUMNS} ${JOB_FROM} where j.address = $1 order by j.listed_position desc limit 51`,
    [address],
  );
  const index = at === undefined ? 0 : lives.findIndex((life) => life.listed_position === at);
  const found = lives[index];
  if (found === undefined) return null;
  const job = toJobRow(found, directory);
  const nextLife = lives[index - 1]?.listed_position ?? MAX_POSITION;
  const finalizedSlot = await readFinalizedSlot(reader);

  const marketRow = await reader.first<MarketSqlRow>(marketSql('whole', 'where m.address = $1'), [
    job.market,
  ]);
  const market = marketRow === undefined ? null : toMarketRow(marketRow, directory);
  const runs = await reader.rows<RunSqlRow>(
    `select ${RUN_COLUMNS} from run u where u.job_id = $1 order by u.started_position`,
    [job.id],
  );
  const events = await reader.rows<EventSqlRow>(
    `select ${EVENT_COLUMNS} from event e
     where e.job = $1 and e.position >= $2 and e.position < $3
     order by e.position limit 500`,
    [address, job.listedPosition, nextLife],
  );
  const ledger = await reader.rows<LedgerSqlRow>(
    // Nothing was paid for it before it was listed: that leaves out older partitions.
    `select ${LEDGER_COLUMNS} from ledger_entry l where l.job_id = $1 and l.position >= $2
     order by l.position limit 500`,
    [job.id, job.listedPosition],
  );
  const content = await reader.rows<ContentSqlRow>(
    `select ${CONTENT_COLUMNS} from content c where c.cid = any($1::text[])`,
    [[job.definitionCid, job.resultCid].filter((cid) => cid !== null)],
  );
  const facts = await readDefinitionFacts(reader, job.definitionCid);
  const receipts = await reader.rows<ReceiptSqlRow>('select * from receipt where job_id = $1 order by op', [
    job.id,
  ]);

  const result = toContentView(
    job.resultCid,
    content.find((row) => row.cid === job.resultCid),
  );
  const definition = toContentView(
    job.definitionCid,
    content.find((row) => row.cid === job.definitionCid),
  );
  return {
    job,
    expectedStartSeconds:
      market !== null && job.status === 'queued' && job.queuePosition !== null
        ? expectedStartSeconds({ ...market, running: market.jobsRunning }, job.queuePosition)
        : null,
    market,
    runs: runs.map(toRunRow),
    events: events.map((row) => toEventRow(row, finalizedSlot)),
    eventsFromSlot: await readEventsFrom(reader, job.listedPosition),
    ledger: ledger.map((row) => toLedgerRow(row, finalizedSlot)),
    definition: { ...definition, facts },
    result: {
      ...result,
      facts: job.resultState === null ? null : { state: job.resultState, reason: job.resultReason },
      answers: answersOf(result.json),
    },
    receipts: receipts.map(toReceiptRow),
    service: await readService(reader, job, definition.json, result.json),
    otherLives: lives
      .filter((life) => life.id !== job.id)
      .map((life) => {
        const { id, listedPosition, listedAt, status } = toJobRow(life, directory);
        return { id, listedPosition, listedAt, status };
      }),
  };
}

async function readDefinitionFacts(reader: Reader, cid: string): Promise<DefinitionFactsView | null> {
  const row = await reader.first<{
    valid: boolean;
    errors: unknown;
    op_types: string[];
    images: string[];
    model: string | null;
    task: string | null;
    reasoning: boolean | null;
    precision: string | null;
    prompts: number | null;
    gpu: boolean | null;
    trigger: string | null;
  }>('select * from definition_facts where cid = $1', [cid]);
  if (row === undefined) return null;
  const { op_types: opTypes, ...rest } = row;
  return {
    valid: rest.valid,
    errors: rest.errors,
    opTypes,
    images: rest.images,
    model: rest.model,
    task: rest.task,
    reasoning: rest.reasoning,
    precision: rest.precision,
    prompts: rest.prompts,
    gpu: rest.gpu,
    trigger: rest.trigger,
  };
}
