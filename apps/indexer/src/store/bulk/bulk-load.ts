import { createCopyLines, type Database, type DatabaseClient } from '@inferscan/db';
import type { ChainTransaction, ChangeSet } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { lastNaming } from '../../source/cursor.js';
import type { BulkLoad, Finishing } from '../store.js';
import { type BulkWriter, type Checkpoint, createBulkWriter } from './bulk-writer.js';
import { buildIndex, deferIndexes, deferredIndexes, endLoad, isDeferred } from './deferred.js';
import { nothing, take } from './latest.js';
import { addEvent, addLedgerEntry, addTransaction } from './lines.js';
import { watchNewPages } from './new-pages.js';
import { noteStopped, outcomesByChain, type StoppedBy } from './outcomes.js';

export interface BulkLimits {
  /** Final transactions at the beginning that say that there is much more to come. */
  readonly many: number;
  /** Transactions sent at once, while the next are folded. */
  readonly perPart: number;
  /** Transactions after which all is committed. */
  readonly perCommit: number;
  /** Parts that may wait to be written: some megabytes each. */
  readonly waiting: number;
}

export const BULK_LIMITS: BulkLimits = { many: 500, perPart: 2_000, perCommit: 50_000, waiting: 8 };

export interface BulkOptions {
  readonly database: Pick<Database, 'pool'>;
  readonly addresses: readonly Address[];
  readonly limits: BulkLimits;
}

/**
 * Begins a load into a database that holds no transactions, or goes on with one that was interrupted; null where there is
 * anything else in it.
 */
export async function openBulkLoad(options: BulkOptions, transactions: number): Promise<BulkLoad | null> {
  const { database, addresses, limits } = options;
  const client = await database.pool.connect();
  const ignore = (): void => {};
  client.on('error', ignore);
  const release = (broken?: unknown): void => {
    client.off('error', ignore);
    client.release(broken === undefined || broken instanceof Error ? broken : new Error(String(broken)));
  };
  try {
    const { rows } = await client.query<Checkpoint>('SELECT slot, signature FROM checkpoint WHERE id = 1');
    const [checkpoint = { slot: -1n, signature: null }] = rows;
    const goesOn = await isDeferred(client);
    if (!goesOn && (transactions < limits.many || checkpoint.signature !== null)) {
      release();
      return null;
    }
    if (!goesOn) await together(client, () => deferIndexes(client));
    const writer = createBulkWriter(client, addresses, checkpoint, await watchNewPages(client));
    return createLoad(client, options, writer, await readStopped(client), release);
  } catch (error) {
    release(error);
    throw error;
  }
}

async function readStopped(client: DatabaseClient): Promise<StoppedBy> {
  const { rows } = await client.query<{ id: string; by: 'quit' | 'quitAdmin' | null }>(
    `SELECT j.id, u.ended_by AS by FROM job AS j LEFT JOIN run AS u ON u.id = j.run_id WHERE j.status = 'stopped'`,
  );
  return new Map(rows.map(({ id, by }) => [id, by]));
}

async function together(client: DatabaseClient, work: () => Promise<unknown>): Promise<void> {
  await client.query('BEGIN');
  try {
    await work();
  } catch (error) {
    // A connection that is lost says so by the error itself.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
  await client.query('COMMIT');
}

/** Puts the database in order again, an index at a time: one that is built stays when the indexer is stopped or killed. */
async function putInOrder(
  client: DatabaseClient,
  onStep: (finishing: Finishing) => void,
  signal: AbortSignal,
): Promise<void> {
  const indexes = await deferredIndexes(client);
  const of = indexes.length + 1;
  for (const [done, index] of indexes.entries()) {
    signal.throwIfAborted();
    onStep({ done, of, step: `index ${index.name}` });
    await together(client, async () => {
      await buildIndex(client, index);
      // A load is under way while any index is put off: it ends with the last one.
      if (done + 1 < indexes.length) return;
      onStep({ done: done + 1, of, step: 'statistics' });
      await endLoad(client);
    });
  }
}

const inChainOrder = (left: ChainTransaction, right: ChainTransaction): number =>
  Number(left.slot - right.slot) || left.index - right.index;

function createLoad(
  client: DatabaseClient,
  { addresses, limits }: BulkOptions,
  writer: BulkWriter,
  stoppedBy: StoppedBy,
  release: (broken?: unknown) => void,
): BulkLoad {
  const [transactions, events, ledger] = [createCopyLines(), createCopyLines(), createCopyLines()];
  const marks = new Map<Address, ChainTransaction>();
  let anomalies: ChangeSet['anomalies'][number][] = [];
  let latest = nothing();
  let first: ChainTransaction | undefined;
  let last: ChainTransaction | undefined;
  let [inPart, inCommit] = [0, 0];
  let isOver = false;

  const send = (): void => {
    const part = { transactions: transactions.take(), events: events.take(), ledger: ledger.take() };
    const between = first === undefined || last === undefined ? [] : [first, last];
    const onSent = (): void => {
      transactions.reuse(part.transactions);
      events.reuse(part.events);
      ledger.reuse(part.ledger);
    };
    writer.append({ ...part, between, anomalies, onSent });
    anomalies = [];
    first = undefined;
    inPart = 0;
  };

  const commit = (): void => {
    if (last === undefined || inCommit === 0) return;
    if (inPart > 0) send();
    const outcomes = outcomesByChain(latest, stoppedBy);
    writer.commit({ latest, outcomes, marks: [...marks.values()].sort(inChainOrder), last });
    latest = nothing();
    marks.clear();
    inCommit = 0;
  };

  return {
    get committedSlot() {
      return writer.committedSlot;
    },
    add(transaction, changes) {
      addTransaction(transactions, transaction, changes.beside[0]);
      for (const event of changes.events) addEvent(events, event);
      for (const entry of changes.ledger) addLedgerEntry(ledger, entry);
      for (const anomaly of changes.anomalies) anomalies.push(anomaly);
      noteStopped(stoppedBy, changes);
      take(latest, changes);
      first ??= transaction;
      last = transaction;
      inPart += 1;
      inCommit += 1;
    },
    async batchEnds(added) {
      for (const [address, transaction] of lastNaming(added, addresses)) marks.set(address, transaction);
      if (inCommit >= limits.perCommit) commit();
      else if (inPart >= limits.perPart) send();
      await writer.room(limits.waiting);
    },
    async finish(onStep, signal) {
      commit();
      await writer.room(0);
      await putInOrder(client, onStep, signal);
      isOver = true;
      release();
    },
    async close(keep) {
      if (isOver) return;
      isOver = true;
      try {
        if (keep) {
          commit();
          await writer.room(0);
        }
        await writer.rollBack();
        release();
      } catch (error) {
        release(error);
        if (keep) throw error;
      }
    },
  };
}
