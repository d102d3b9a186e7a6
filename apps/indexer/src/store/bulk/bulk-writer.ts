import { appendRows, copyLinesInto, type DatabaseClient, TABLES } from '@inferscan/db';
import { type ChainTransaction, type ChangeSet, MIN_POSITION } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import type { OutcomeRow } from '../../content/outcome-rows.js';
import { moveCheckpoint, setFinalized } from '../checkpoint.js';
import { forgetMarks, writeMarks } from '../marks.js';
import { CHANNEL } from '../notification.js';
import { addPartitions, positionAfter } from '../partitions.js';
import type { Latest } from './latest.js';
import { EVENT_COLUMNS, LEDGER_COLUMNS, TRANSACTION_COLUMNS } from './lines.js';
import type { NewPages } from './new-pages.js';
import { writeLatest } from './write-latest.js';

/** Rows that are only appended, ready to be sent. */
export interface Part {
  /** The first and the last transaction of them. */
  readonly between: readonly Pick<ChainTransaction, 'slot'>[];
  readonly transactions: readonly Buffer[];
  readonly events: readonly Buffer[];
  readonly ledger: readonly Buffer[];
  readonly anomalies: ChangeSet['anomalies'];
  /** Called when all of it was sent. */
  readonly onSent: () => void;
}

/** What goes with a commit. */
export interface Flush {
  readonly latest: Latest;
  /** Of all jobs in `latest` that are over. */
  readonly outcomes: readonly OutcomeRow[];
  /** The last transactions that name the addresses that are followed, in chain order. */
  readonly marks: readonly ChainTransaction[];
  readonly last: ChainTransaction;
}

/** Writes one after the other what it is given, while more is being made. */
export interface BulkWriter {
  /** Everything up to this slot is committed; -1: nothing. */
  readonly committedSlot: bigint;
  append(part: Part): void;
  /** Commits what was appended since the last time. */
  commit(flush: Flush): void;
  /** Resolves when at most so many things are waiting. @throws what a write failed with */
  room(atMost: number): Promise<void>;
  /** Undoes what is not committed. */
  rollBack(): Promise<void>;
}

/** How far a store is. */
export interface Checkpoint {
  readonly slot: bigint;
  /** Null: nothing is stored. */
  readonly signature: string | null;
}

export function createBulkWriter(
  client: DatabaseClient,
  addresses: readonly Address[],
  checkpoint: Checkpoint,
  newPages: NewPages,
): BulkWriter {
  let after = checkpoint.signature === null ? null : { signature: checkpoint.signature };
  let committedSlot = after === null ? -1n : checkpoint.slot;
  let isInTransaction = false;
  let working: Promise<void> = Promise.resolve();
  const waiting: Promise<void>[] = [];

  const inTurn = (work: () => Promise<void>): void => {
    const done = working.then(work);
    working = done;
    waiting.push(done);
    // Whoever waits for room is told.
    done.catch(() => {});
  };

  const append = async (part: Part): Promise<void> => {
    if (!isInTransaction) await client.query('BEGIN');
    isInTransaction = true;
    await addPartitions(client, part.between);
    await copyLinesInto(client, TABLES.chainTransaction.table, TRANSACTION_COLUMNS, part.transactions);
    await copyLinesInto(client, TABLES.event.table, EVENT_COLUMNS, part.events);
    await copyLinesInto(client, TABLES.ledgerEntry.table, LEDGER_COLUMNS, part.ledger);
    await appendRows(
      client,
      TABLES.anomaly,
      part.anomalies.map((anomaly) => ({ ...anomaly })),
    );
    part.onSent();
  };

  const commit = async ({ latest, outcomes, marks, last }: Flush): Promise<void> => {
    const since = after === null ? MIN_POSITION : positionAfter(committedSlot);
    await writeLatest(client, latest, outcomes, since);
    await moveCheckpoint(client, after, last);
    await writeMarks(client, addresses, marks);
    await setFinalized(client, last.slot);
    await forgetMarks(client, last.slot);
    const notification = JSON.stringify({ slot: last.slot.toString(), many: true });
    await client.query('SELECT pg_notify($1, $2)', [CHANNEL, notification]);
    await client.query('COMMIT');
    isInTransaction = false;
    after = last;
    committedSlot = last.slot;
    await newPages.read();
  };

  return {
    get committedSlot() {
      return committedSlot;
    },
    append: (part) => inTurn(() => append(part)),
    commit: (flush) => inTurn(() => commit(flush)),
    async room(atMost) {
      while (waiting.length > atMost) {
        const first = waiting.shift();
        await first;
      }
    },
    async rollBack() {
      await working.catch(() => {});
      if (isInTransaction) await client.query('ROLLBACK');
      isInTransaction = false;
    },
  };
}
