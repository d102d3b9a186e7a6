import { appendRows, copyLinesInto, type Database, type DatabaseClient, TABLES } from '@inferscan/db';
import { type ChainTransaction, type ChangeSet, chainPosition, MIN_POSITION } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import type { SourceCursor } from '../../source/cursor.js';
import { moveCheckpoint, setFinalized } from '../checkpoint.js';
import { forgetMarks, writeMarks } from '../marks.js';
import { CHANNEL } from '../notification.js';
import type { BulkLoad } from '../store.js';
import { deferIndexes, isDeferred, restoreIndexes } from './deferred.js';
import { type Latest, nothing, take } from './latest.js';
import {
  EVENT_COLUMNS,
  eventLine,
  LEDGER_COLUMNS,
  ledgerLine,
  TRANSACTION_COLUMNS,
  transactionLine,
} from './lines.js';
import { noteStopped, type StoppedBy } from './outcomes.js';
import { writeLatest } from './write-latest.js';

export interface BulkLimits {
  /** Final transactions at the beginning that say that there is much more to come. */
  readonly many: number;
  /** Transactions written while the next are folded. */
  readonly perPart: number;
  /** Transactions after which all is committed. */
  readonly perCommit: number;
}

export const BULK_LIMITS: BulkLimits = { many: 500, perPart: 2_000, perCommit: 50_000 };

export interface BulkOptions {
  readonly database: Pick<Database, 'pool'>;
  readonly addresses: readonly Address[];
  readonly limits: BulkLimits;
}

/** Rows that are only appended, ready to be sent. */
interface Part {
  readonly transactions: ChainTransaction[];
  readonly transactionLines: string[];
  readonly eventLines: string[];
  readonly ledgerLines: string[];
  readonly anomalies: ChangeSet['anomalies'][number][];
}

const emptyPart = (): Part => ({
  transactions: [],
  transactionLines: [],
  eventLines: [],
  ledgerLines: [],
  anomalies: [],
});

/**
 * Begins a load into a database that holds no transactions, or goes on with one that was interrupted; null where there is
 * anything else in it.
 */
export async function openBulkLoad(options: BulkOptions, transactions: number): Promise<BulkLoad | null> {
  const { database, limits } = options;
  const client = await database.pool.connect();
  const ignore = (): void => {};
  client.on('error', ignore);
  const release = (broken?: Error): void => {
    client.off('error', ignore);
    client.release(broken);
  };
  try {
    const { rows } = await client.query<{ slot: bigint; signature: string | null }>(
      'SELECT slot, signature FROM checkpoint WHERE id = 1',
    );
    const [checkpoint = { slot: -1n, signature: null }] = rows;
    const goesOn = await isDeferred(client);
    if (!goesOn && (transactions < limits.many || checkpoint.signature !== null)) {
      release();
      return null;
    }
    if (!goesOn) await together(client, () => deferIndexes(client));
    const { rows: stopped } = await client.query<{ id: string; by: 'quit' | 'quitAdmin' | null }>(
      `SELECT j.id, u.ended_by AS by FROM job AS j LEFT JOIN run AS u ON u.id = j.run_id WHERE j.status = 'stopped'`,
    );
    const stoppedBy: StoppedBy = new Map(stopped.map(({ id, by }) => [id, by]));
    return createLoad(client, options, checkpoint, stoppedBy, release);
  } catch (error) {
    release(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function together(client: DatabaseClient, work: () => Promise<unknown>): Promise<void> {
  await client.query('BEGIN');
  await work();
  await client.query('COMMIT');
}

function createLoad(
  client: DatabaseClient,
  { addresses, limits }: BulkOptions,
  checkpoint: Pick<SourceCursor, 'slot'> & { readonly signature: string | null },
  stoppedBy: StoppedBy,
  release: (broken?: Error) => void,
): BulkLoad {
  let part = emptyPart();
  let latest: Latest = nothing();
  let after: { readonly signature: string } | null =
    checkpoint.signature === null ? null : { signature: checkpoint.signature };
  let committedSlot = after === null ? -1n : checkpoint.slot;
  let sinceCommit = 0;
  let last: ChainTransaction | undefined;
  let writing: Promise<void> = Promise.resolve();
  let isInTransaction = false;
  let isOver = false;

  const write = async (rows: Part): Promise<void> => {
    if (!isInTransaction) await client.query('BEGIN');
    isInTransaction = true;
    await copyLinesInto(client, TABLES.chainTransaction.table, TRANSACTION_COLUMNS, rows.transactionLines);
    await copyLinesInto(client, TABLES.event.table, EVENT_COLUMNS, rows.eventLines);
    await copyLinesInto(client, TABLES.ledgerEntry.table, LEDGER_COLUMNS, rows.ledgerLines);
    await appendRows(
      client,
      TABLES.anomaly,
      rows.anomalies.map((anomaly) => ({ ...anomaly })),
    );
    await writeMarks(client, addresses, rows.transactions);
  };

  const send = async (): Promise<void> => {
    await writing;
    const full = part;
    part = emptyPart();
    writing = write(full);
    // Whoever waits next is told.
    writing.catch(() => {});
  };

  const commit = async (): Promise<void> => {
    if (part.transactions.length > 0) await send();
    await writing;
    if (last === undefined || sinceCommit === 0) return;
    const since = after === null ? MIN_POSITION : chainPosition(committedSlot + 1n, 0);
    await writeLatest(client, latest, since, stoppedBy);
    await moveCheckpoint(client, after, last);
    await setFinalized(client, last.slot);
    await forgetMarks(client, last.slot);
    await client.query('SELECT pg_notify($1, $2)', [
      CHANNEL,
      JSON.stringify({ slot: last.slot.toString(), many: true }),
    ]);
    await client.query('COMMIT');
    isInTransaction = false;
    for (const { id, status } of latest.jobs.values()) if (status === 'recovered') stoppedBy.delete(id);
    latest = nothing();
    after = last;
    committedSlot = last.slot;
    sinceCommit = 0;
  };

  return {
    get committedSlot() {
      return committedSlot;
    },
    add(transaction, changes) {
      part.transactions.push(transaction);
      part.transactionLines.push(transactionLine(transaction, changes.beside[0]));
      for (const event of changes.events) part.eventLines.push(eventLine(event));
      for (const entry of changes.ledger) part.ledgerLines.push(ledgerLine(entry));
      part.anomalies.push(...changes.anomalies);
      noteStopped(stoppedBy, changes);
      take(latest, changes);
      last = transaction;
      sinceCommit += 1;
    },
    async slotEnds() {
      if (sinceCommit >= limits.perCommit) await commit();
      else if (part.transactions.length >= limits.perPart) await send();
    },
    async finish() {
      await commit();
      await together(client, () => restoreIndexes(client));
      isOver = true;
      release();
    },
    async close(keep) {
      if (isOver) return;
      isOver = true;
      try {
        if (keep) await commit();
        await writing.catch(() => {});
        if (isInTransaction) await client.query('ROLLBACK');
        release();
      } catch (error) {
        release(error instanceof Error ? error : new Error(String(error)));
        if (keep) throw error;
      }
    },
  };
}
