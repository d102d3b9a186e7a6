import type { Database, DatabaseClient } from '@inferscan/db';
import {
  type ChangeSet,
  createNetworkFold,
  type NetworkConfig,
  type ProtocolEvent,
} from '@inferscan/protocol';
import { readBeginningRecords } from '../../bootstrap/stored.js';
import { holdEvents, requireAllEvents } from '../../retention/kept.js';
import { compareCounts, countAnew } from './counts.js';
import { applyDifferences, findDifferences, type TableDifferences } from './differences.js';
import { type LoggedTransaction, readEventLog } from './event-log.js';
import { settleChanges } from './settle-changes.js';
import { createShadow, type Shadow } from './shadow.js';

export interface RefoldOptions {
  readonly database: Database;
  readonly network: NetworkConfig;
  /** Whether the tables are to become what folding gives; otherwise they are only compared. */
  readonly apply: boolean;
  readonly onProgress?: (progress: RefoldProgress) => void;
  readonly signal?: AbortSignal;
}

export interface RefoldProgress {
  readonly events: number;
  readonly of: number;
  readonly slot: bigint;
  readonly stage: 'folding' | 'comparing' | 'applying';
}

export interface RefoldReport {
  readonly events: number;
  readonly transactions: number;
  /** From the first event read to the last row written beside the tables. */
  readonly foldSeconds: number;
  readonly compareSeconds: number;
  readonly applySeconds: number;
  readonly tables: readonly TableDifferences[];
}

/** Rows that are not what folding gives. */
export const countDifferences = (tables: readonly TableDifferences[]): number =>
  tables.reduce((sum, { missing, changed, extra }) => sum + missing + changed + extra, 0);

/**
 * Folds the stored events from the first on and compares what comes out with the tables, as of one moment. With `apply`
 * the tables become that, in one transaction: readers see all of it or nothing, and a failure leaves everything as it was.
 * @throws EventsNotKeptError where the first ones are gone
 */
export async function refold(options: RefoldOptions): Promise<RefoldReport> {
  const { pool } = options.database;
  const clients: DatabaseClient[] = [];
  const connect = async (): Promise<DatabaseClient> => {
    const client = await pool.connect();
    // Between two queries a lost connection is only an event; the next query tells.
    client.on('error', () => {});
    clients.push(client);
    return client;
  };
  try {
    const [writer, events, beside] = [await connect(), await connect(), await connect()];
    await writer.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await holdEvents(writer);
    await requireAllEvents(writer);
    const { rows } = await writer.query<{ name: string }>('SELECT pg_export_snapshot() AS name');
    for (const reader of [events, beside]) {
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await reader.query(`SET TRANSACTION SNAPSHOT '${rows[0]?.name}'`);
    }
    return await inSnapshot(options, writer, { events, beside });
  } finally {
    // Ends their transactions, whatever they were doing: what is committed is committed.
    for (const client of clients) client.release(true);
  }
}

async function inSnapshot(
  { network, apply, onProgress, signal }: RefoldOptions,
  writer: DatabaseClient,
  readers: Parameters<typeof readEventLog>[0],
): Promise<RefoldReport> {
  const { rows } = await writer.query<{ final: bigint; of: bigint }>(
    `SELECT coalesce((SELECT finalized_slot FROM checkpoint WHERE id = 1), -1) AS final,
       (SELECT count(*) FROM event) AS of`,
  );
  const of = Number(rows[0]?.of ?? 0);
  const shadow = await createShadow(writer);
  // An index that began with the chain's accounts begins with them again.
  const beginning = await readBeginningRecords(writer);
  if (beginning !== null) shadow.add([], beginning);
  const fold = createNetworkFold(network, beginning ?? undefined);
  const final = createSplit(shadow, rows[0]?.final ?? -1n);
  const progress = { events: 0, of, slot: -1n };
  let transactions = 0;
  const started = performance.now();
  for await (const read of readEventLog(readers)) {
    signal?.throwIfAborted();
    for (const transaction of read) {
      // Only what is not final has to be waited for.
      const writing = final.take(transaction, fold.replay(transaction));
      if (writing !== null) await writing;
      progress.events += transaction.events.length;
    }
    transactions += read.length;
    progress.slot = read.at(-1)?.slot ?? progress.slot;
    await shadow.flush();
    onProgress?.({ ...progress, stage: 'folding' });
  }
  await final.end();
  const folded = performance.now();
  onProgress?.({ ...progress, stage: 'comparing' });
  const tables = [...(await findDifferences(writer)), ...(await compareCounts(writer))];
  const compared = performance.now();
  signal?.throwIfAborted();
  if (apply) {
    onProgress?.({ ...progress, stage: 'applying' });
    if (countDifferences(tables) > 0) {
      await applyDifferences(writer);
      await settleChanges(writer, progress.slot);
      await countAnew(writer, tables);
    }
    await writer.query('COMMIT');
  }
  const seconds = (from: number, to: number): number => (to - from) / 1_000;
  return {
    events: progress.events,
    transactions,
    foldSeconds: seconds(started, folded),
    compareSeconds: seconds(folded, compared),
    applySeconds: seconds(compared, performance.now()),
    tables,
  };
}

interface Split {
  /** Null where it is done at once. */
  take(transaction: LoggedTransaction, changes: ChangeSet): Promise<void> | null;
  end(): Promise<void>;
}

/** What is final goes in bulk; the rest slot by slot, for it may have to be taken back. */
function createSplit(shadow: Shadow, finalSlot: bigint): Split {
  let isFinal = true;
  let slot = -1n;
  let stored: ProtocolEvent[] = [];
  let sets: ChangeSet[] = [];
  const closeSlot = async (): Promise<void> => {
    if (sets.length > 0) await shadow.addSlot(slot, stored, sets);
    stored = [];
    sets = [];
  };
  const takeOpen = async (transaction: LoggedTransaction, changes: ChangeSet): Promise<void> => {
    if (isFinal) await shadow.finish();
    isFinal = false;
    if (transaction.slot !== slot) await closeSlot();
    slot = transaction.slot;
    stored.push(...transaction.events);
    sets.push(changes);
  };
  return {
    take(transaction, changes) {
      if (transaction.slot > finalSlot) return takeOpen(transaction, changes);
      shadow.add(transaction.events, changes);
      return null;
    },
    async end() {
      if (isFinal) await shadow.finish();
      await closeSlot();
    },
  };
}
