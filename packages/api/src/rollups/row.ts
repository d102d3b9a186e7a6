import { COUNTED_AS, type Outcome } from '@inferscan/formats';
import { big, int, type Numeric } from '../read/columns.js';
import { type Waits, waitsOf } from './waits.js';

/** How jobs came to their end; `unknown` are those whose result nobody could read yet. */
export type RolledOutcome = Outcome;

/** Micro-USD of what moved, each movement at its own moment's price. */
export interface UsdFlow {
  deposited: bigint;
  paid: bigint;
  refunded: bigint;
  fees: bigint;
}

/** What happened in a span of time. Money in NOS base units; of a node only what it did and earned itself. */
export interface Figures {
  jobsListed: number;
  jobsStarted: number;
  /** Jobs by how they ended. */
  outcomes: Record<RolledOutcome, number>;
  /** Runs that ended; those that their node gave up, also where another took the job on. */
  runs: number;
  runsQuit: number;
  /** Seconds of the runs that ended. */
  runSeconds: bigint;
  deposited: bigint;
  paid: bigint;
  refunded: bigint;
  fees: bigint;
  /** null where no movement has a price. */
  usd: UsdFlow | null;
  /** Movements that `usd` lacks, because nobody knows a price of their moment. */
  unpriced: number;
  /** Receipts that the job's node signed, and tokens by them; those with a wrong signature. */
  receipts: number;
  receiptsInvalid: number;
  promptTokens: bigint;
  completionTokens: bigint;
  reasoningTokens: bigint;
  waits: Waits | null;
}

const COUNTS = ['jobs_listed', 'jobs_started', 'runs', 'runs_quit', 'receipts', 'receipts_invalid'] as const;
const SUMS = [
  'run_seconds',
  'deposited',
  'paid',
  'refunded',
  'fees',
  'usd_deposited',
  'usd_paid',
  'usd_refunded',
  'usd_fees',
  'prompt_tokens',
  'completion_tokens',
  'reasoning_tokens',
  'priced',
  'unpriced',
  'wait_seconds',
] as const;

type Column = (typeof COUNTS)[number] | (typeof SUMS)[number] | (typeof COUNTED_AS)[RolledOutcome];

/** Columns of the table that are figures. */
export const COLUMNS: readonly Column[] = [...COUNTS, ...SUMS, ...Object.values(COUNTED_AS)];

export type FiguresSqlRow = Record<Column, Numeric | number> & {
  wait_bins: number[] | null;
  wait_counts: (Numeric | number)[] | null;
};

const WITHOUT_WAITS = { wait_bins: null, wait_counts: null };

/** What a span in which nothing happened has. */
export const NOTHING: FiguresSqlRow = {
  ...(Object.fromEntries(COLUMNS.map((column) => [column, 0])) as Record<Column, number>),
  ...WITHOUT_WAITS,
};

export function toFigures(row: FiguresSqlRow): Figures {
  const sum = (column: Column): bigint => big(row[column] as Numeric);
  return {
    jobsListed: int(row.jobs_listed),
    jobsStarted: int(row.jobs_started),
    outcomes: Object.fromEntries(
      Object.entries(COUNTED_AS).map(([outcome, column]) => [outcome, int(row[column])]),
    ) as Record<RolledOutcome, number>,
    runs: int(row.runs),
    runsQuit: int(row.runs_quit),
    runSeconds: sum('run_seconds'),
    deposited: sum('deposited'),
    paid: sum('paid'),
    refunded: sum('refunded'),
    fees: sum('fees'),
    usd:
      int(row.priced) === 0
        ? null
        : {
            deposited: sum('usd_deposited'),
            paid: sum('usd_paid'),
            refunded: sum('usd_refunded'),
            fees: sum('usd_fees'),
          },
    unpriced: int(row.unpriced),
    receipts: int(row.receipts),
    receiptsInvalid: int(row.receipts_invalid),
    promptTokens: sum('prompt_tokens'),
    completionTokens: sum('completion_tokens'),
    reasoningTokens: sum('reasoning_tokens'),
    waits: waitsOf(row.wait_bins ?? [], (row.wait_counts ?? []).map(Number), int(row.wait_seconds)),
  };
}
