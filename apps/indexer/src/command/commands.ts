import type { CommandSpec, Values } from './arguments.js';

export interface Command extends CommandSpec {
  /** @returns the exit code. @throws UsageError, ConfigError before anything is begun */
  readonly run: (values: Values, environment: NodeJS.ProcessEnv) => Promise<number>;
}

const RESET = { reset: { type: 'boolean', default: false } } as const;

/** What the indexer can be asked to do; the first is what it does when nothing is said. Each is loaded when it runs. */
export const COMMANDS: readonly [Command, ...Command[]] = [
  {
    name: 'follow',
    summary: 'read history, then follow the tip, for ever (the default)',
    help: `  --reset   empty the database first

Prints "indexer ready" when it has reached the tip, "indexer stands by" when another one writes to the database: it
takes over when that one ends. Logs are JSON lines on stderr.`,
    options: RESET,
    run: async (values, environment) => (await import('./follow.js')).follow(values, environment),
  },
  {
    name: 'backfill',
    summary: 'read history up to what is final now, and end',
    help: `  --reset   empty the database first

Goes on where it, or follow, stopped. Shows transactions, rate, slots and remaining time: a bar in a terminal, else a
line every 5 seconds on stdout. In a terminal only warnings are logged, unless LOG_LEVEL is set.`,
    options: RESET,
    run: async (values, environment) => (await import('./backfill.js')).backfill(values, environment),
  },
  {
    name: 'refold',
    summary: 'make all that is folded anew from the stored events',
    help: `  --json    the report as JSON on stdout

Needs DATABASE_URL alone. No indexer may write meanwhile: stop it first. Folds beside the tables, compares, and puts
right the rows that differ in one transaction: readers see all of it or nothing, and stopping it changes nothing.`,
    options: { json: { type: 'boolean', default: false } },
    run: async (values, environment) => (await import('./refold.js')).refold(values, environment),
  },
  {
    name: 'verify',
    summary: 'compare archive, tables, ledgers and chain',
    help: `  --json      the report as JSON on stdout
  --offline   do not ask the chain for balances: needs DATABASE_URL alone

Changes nothing and may run beside an indexer. With ARCHIVE_DIR the archive is read too. Exit code 0 when everything
agrees, 3 when something does not.`,
    options: { json: { type: 'boolean', default: false }, offline: { type: 'boolean', default: false } },
    run: async (values, environment) => (await import('./verify.js')).verify(values, environment),
  },
  {
    name: 'export',
    summary: 'write facts as CSV or NDJSON files',
    help: `  --table NAME    jobs, runs, markets, nodes, ledger, events, transactions, stakes, registrations, reward-pools,
                  rewards, anomalies, definitions, outcomes, receipts, hardware: several, or separated by commas;
                  default: all
  --out DIR       default: export
  --format F      csv (default) or ndjson, in which amounts are text
  --from SLOT     only what began in this slot or later; tables without a place in history are written whole
  --to SLOT       only what began in this slot or before
  --force         write over files that are there

Needs DATABASE_URL alone. All files tell of one moment; a file is there only when it is whole.`,
    options: {
      table: { type: 'string', multiple: true },
      out: { type: 'string' },
      format: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
    run: async (values, environment) => (await import('./export.js')).exportFacts(values, environment),
  },
];
