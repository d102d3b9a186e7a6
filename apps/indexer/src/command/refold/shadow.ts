import {
  appendRows,
  copyLinesInto,
  createCopyLines,
  type DatabaseClient,
  type RowOf,
  TABLES,
  type TableSpec,
} from '@inferscan/db';
import type { ChangeSet, ProtocolEvent } from '@inferscan/protocol';

import { mergeChanges } from '../../pipeline/merge.js';
import {
  addJob,
  addLedgerEntry,
  addRun,
  JOB_COLUMNS,
  LEDGER_COLUMNS,
  RUN_COLUMNS,
} from '../../store/bulk/lines.js';
import { RECORD_TABLES, writeFolded } from '../../store/folded.js';
import { registrationRow, rewardPoolRow, rewardRow, stakeRow } from '../../store/program-rows.js';
import { jobRow, marketRow, nodeRow, runRow } from '../../store/rows.js';
import { rememberRows } from '../../store/undo.js';
import { createKept, type Kept } from './kept.js';

/** Tables that a fold makes, whose rows are compared with the stored ones. */
export const FOLDED_TABLES: readonly TableSpec[] = [...RECORD_TABLES, TABLES.anomaly];

/** Whom an event concerns, where the fold says something else than what is stored. */
export const EVENT_SUBJECTS = ['market', 'job', 'run', 'node', 'project'] as const;

/** Rows gathered before they are written: what is in memory for longer costs more to collect. */
const ROWS_AT_ONCE = 5_000;

/**
 * The folded tables a second time, as temporary tables of one session that have the names of the real ones: what writes
 * those unqualified writes these there. They go with the transaction that made them.
 */
export interface Shadow {
  /** Takes what a final transaction changed. */
  add(stored: readonly ProtocolEvent[], changes: ChangeSet): void;
  /** Writes what was gathered, if it is much. */
  flush(): Promise<void>;
  /** All that is final was added: from here on slot by slot, with what each one replaced. */
  finish(): Promise<void>;
  addSlot(slot: bigint, stored: readonly ProtocolEvent[], changes: readonly ChangeSet[]): Promise<void>;
}

/** Makes the tables in the client's transaction. */
export async function createShadow(client: DatabaseClient): Promise<Shadow> {
  for (const { table } of FOLDED_TABLES) {
    await client.query(`CREATE TEMPORARY TABLE ${table} (LIKE public.${table}) ON COMMIT DROP`);
  }
  await client.query('CREATE TEMPORARY TABLE undo (LIKE public.undo INCLUDING INDEXES) ON COMMIT DROP');
  await client.query(
    `CREATE TEMPORARY TABLE event_subject ON COMMIT DROP AS
     SELECT position, ${EVENT_SUBJECTS.join(', ')} FROM public.event WITH NO DATA`,
  );

  const jobs = createKept<ChangeSet['jobs'][number]>({
    key: ({ id }) => id,
    bornAt: ({ listedPosition }) => listedPosition,
    isOver: ({ closedAt, status }) => closedAt !== null && status !== 'queued' && status !== 'running',
  });
  const runs = createKept<ChangeSet['runs'][number]>({
    key: ({ id }) => id,
    bornAt: ({ startedPosition }) => startedPosition,
    isOver: ({ endedBy }) => endedBy !== null,
  });
  const few = createFew();
  const lines = { job: createCopyLines(), run: createCopyLines(), ledger: createCopyLines() };
  let entries = 0;
  let anomalies: ChangeSet['anomalies'][number][] = [];
  let subjects: ProtocolEvent[] = [];
  let writing: Promise<void> = Promise.resolve();

  const append = async <Spec extends TableSpec>(spec: Spec, rows: readonly RowOf<Spec>[]): Promise<void> => {
    if (rows.length > 0) await appendRows(client, spec, rows);
  };
  const write = async (batch: {
    job: readonly Buffer[];
    run: readonly Buffer[];
    ledger: readonly Buffer[];
    anomalies: ChangeSet['anomalies'];
    subjects: readonly ProtocolEvent[];
  }): Promise<void> => {
    await copyLinesInto(client, TABLES.job.table, JOB_COLUMNS, batch.job);
    await copyLinesInto(client, TABLES.run.table, RUN_COLUMNS, batch.run);
    await copyLinesInto(client, TABLES.ledgerEntry.table, LEDGER_COLUMNS, batch.ledger);
    await append(
      TABLES.anomaly,
      batch.anomalies.map((anomaly) => ({ ...anomaly })),
    );
    await append(SUBJECT, batch.subjects.map(subjectRow));
    lines.job.reuse(batch.job);
    lines.run.reuse(batch.run);
    lines.ledger.reuse(batch.ledger);
  };
  /** One batch is written while the next is folded. */
  const writeNext = async (all: boolean): Promise<void> => {
    await writing;
    for (const job of jobs.take(all)) addJob(lines.job, job);
    for (const run of runs.take(all)) addRun(lines.run, run);
    const batch = {
      job: lines.job.take(),
      run: lines.run.take(),
      ledger: lines.ledger.take(),
      anomalies,
      subjects,
    };
    entries = 0;
    anomalies = [];
    subjects = [];
    writing = write(batch);
    // Whoever waits for it next is told.
    writing.catch(() => {});
  };
  const note = (stored: readonly ProtocolEvent[], folded: readonly ProtocolEvent[]): void => {
    folded.forEach((event, index) => {
      const before = stored[index];
      if (before === undefined || EVENT_SUBJECTS.some((part) => before[part] !== event[part])) {
        subjects.push(event);
      }
    });
  };

  return {
    add(stored, changes) {
      note(stored, changes.events);
      for (const job of changes.jobs) jobs.put(job, changes.events);
      for (const run of changes.runs) runs.put(run, changes.events);
      few.put(changes);
      for (const entry of changes.ledger) addLedgerEntry(lines.ledger, entry);
      entries += changes.ledger.length;
      for (const anomaly of changes.anomalies) anomalies.push(anomaly);
    },
    async flush() {
      if (jobs.over + runs.over + entries + subjects.length >= ROWS_AT_ONCE) await writeNext(false);
    },
    async finish() {
      await writeNext(true);
      await writing;
      await replaceLate(client, TABLES.job, jobs, jobRow);
      await replaceLate(client, TABLES.run, runs, runRow);
      await append(TABLES.market, few.markets().map(marketRow));
      await append(TABLES.node, few.nodes().map(nodeRow));
      await append(TABLES.stake, few.stakes().map(stakeRow));
      await append(TABLES.nodeRegistration, few.nodeRegistrations().map(registrationRow));
      await append(TABLES.rewardPool, few.rewardPools().map(rewardPoolRow));
      await append(TABLES.reward, few.rewards().map(rewardRow));
      for (const { table, key } of FOLDED_TABLES) {
        await client.query(`ALTER TABLE pg_temp.${table} ADD PRIMARY KEY (${key.join(', ')})`);
        await client.query(`ANALYZE pg_temp.${table}`);
      }
    },
    async addSlot(slot, stored, sets) {
      const changes = mergeChanges(sets);
      note(stored, changes.events);
      await rememberRows(client, slot, changes);
      await writeFolded(client, changes);
      await append(SUBJECT, subjects.map(subjectRow));
      subjects = [];
    },
  };
}

/** Records that changed although they seemed to be over when they were written. */
async function replaceLate<Item, Spec extends TableSpec>(
  client: DatabaseClient,
  spec: Spec,
  kept: Kept<Item>,
  row: (item: Item) => RowOf<Spec>,
): Promise<void> {
  const late = kept.late();
  if (late.length === 0) return;
  await client.query(`DELETE FROM pg_temp.${spec.table} WHERE id = ANY ($1)`, [late.map(([key]) => key)]);
  await appendRows(
    client,
    spec,
    late.map(([, item]) => row(item)),
  );
}

const SUBJECT = {
  table: 'event_subject',
  key: ['position'],
  columns: { position: 'text', market: 'text', job: 'text', run: 'text', node: 'text', project: 'text' },
} as const satisfies TableSpec;

const subjectRow = ({ position, market, job, run, node, project }: ProtocolEvent): RowOf<typeof SUBJECT> => ({
  position,
  market,
  job,
  run,
  node,
  project,
});

type Few = Pick<ChangeSet, 'markets' | 'nodes' | 'stakes' | 'nodeRegistrations' | 'rewardPools' | 'rewards'>;

/** Records of which there are so few that their latest versions stay in memory. */
function createFew(): { put(changes: Few): void } & { [Kind in keyof Few]: () => Few[Kind][number][] } {
  const markets = new Map<string, Few['markets'][number]>();
  const nodes = new Map<string, Few['nodes'][number]>();
  const stakes = new Map<string, Few['stakes'][number]>();
  const registrations = new Map<string, Few['nodeRegistrations'][number]>();
  const pools = new Map<string, Few['rewardPools'][number]>();
  const rewards = new Map<string, Few['rewards'][number]>();
  return {
    put(changes) {
      for (const market of changes.markets) markets.set(market.address, market);
      for (const node of changes.nodes) nodes.set(node.address, node);
      for (const stake of changes.stakes) stakes.set(stake.id, stake);
      for (const each of changes.nodeRegistrations) registrations.set(each.address, each);
      for (const pool of changes.rewardPools) pools.set(pool.address, pool);
      for (const reward of changes.rewards) rewards.set(reward.id, reward);
    },
    markets: () => [...markets.values()],
    nodes: () => [...nodes.values()],
    stakes: () => [...stakes.values()],
    nodeRegistrations: () => [...registrations.values()],
    rewardPools: () => [...pools.values()],
    rewards: () => [...rewards.values()],
  };
}
