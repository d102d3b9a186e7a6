import { ClassicLevel } from 'classic-level';
import { type BlockStatuses, SIGNATURE_BYTES } from '../chain/block-statuses.js';
import type {
  AccountState,
  Block,
  BlockHeader,
  TransactionError,
  TransactionRecord,
  TransactionSummary,
} from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { type HistoryQuery, positionsOf } from './address-history.js';
import { createBlockWriter, type StoreBatch } from './block-writer.js';
import { createHistoryCodec } from './codec.js';
import {
  ACCOUNT_RANGE,
  addressKey,
  blockKey,
  bodyKey,
  FIRST_POSITION,
  LAST_POSITION,
  metaKey,
  type Position,
  readPosition,
  signatureKey,
  slotOfBlockKey,
  statusesKey,
  summaryKey,
} from './keys.js';
import { explainOpenFailure } from './open-failure.js';
import { packBlock } from './packed-block.js';

type Db = ClassicLevel<Uint8Array, Uint8Array>;

/** Which part of an address's history to list; positions are exclusive. */
export interface SignatureQuery {
  readonly before?: Position;
  readonly until?: Position;
  /** Only transactions in slots up to this one. */
  readonly maxSlot: number;
  readonly limit: number;
}

/** Blocks, transactions and account states on disk. Only one process can hold a store open. */
export interface HistoryStore {
  /**
   * Writes a closed block and the accounts it changed, all or nothing; flushed to disk when it holds anything. Resolves
   * to the same block in a form that takes less memory, until its transactions are asked for.
   */
  writeBlock(block: Block): Promise<Block>;
  /** The newest blocks up to a slot, at most `limit`, oldest first. */
  newestBlocks(upTo: number, limit: number): Promise<BlockHeader[]>;
  /** Takes out every block above `slot` with its transactions, and puts accounts back as they were: all or nothing. */
  dropBlocksAbove(slot: number, accounts: ReadonlyMap<string, AccountState | null>): Promise<void>;
  block(slot: number): Promise<BlockHeader | null>;
  /** Slots of stored blocks from `from` to `to`, both included, ascending, at most `limit`. */
  blockSlots(from: number, to: number, limit: number): Promise<number[]>;
  /** What became of the transactions of these blocks, those without any left out. */
  statusesOfBlocks(headers: readonly BlockHeader[]): Promise<BlockStatuses[]>;
  summariesOfBlock(slot: number): Promise<TransactionSummary[]>;
  recordsOfBlock(slot: number): Promise<TransactionRecord[]>;
  position(signature: Uint8Array): Promise<Position | null>;
  record(position: Position): Promise<TransactionRecord | null>;
  summary(position: Position): Promise<TransactionSummary | null>;
  /** Newest first. */
  signaturesFor(address: Uint8Array, query: SignatureQuery): Promise<TransactionSummary[]>;
  historyOf(address: Uint8Array, query: HistoryQuery): AsyncIterable<TransactionSummary>;
  accounts(): AsyncIterable<{ address: string; state: AccountState }>;
  readMeta(name: string): Promise<string | null>;
  writeMeta(name: string, value: string): Promise<void>;
  close(): Promise<void>;
}

/** Transactions of an address's history that are read at once. */
const HISTORY_PAGE = 100;

/**
 * Opens the store in `directory`, creating it when it is missing. It is one LevelDB: an append-only log of atomic
 * batches that compacts itself, so a batch per block gives crash safety, indexes and current account states at once.
 *
 * @throws Error when another process holds the store, or the folder cannot be used.
 */
export async function openHistoryStore(directory: string, base58: Base58): Promise<HistoryStore> {
  const db: Db = new ClassicLevel(directory, { keyEncoding: 'view', valueEncoding: 'view' });
  const codec = createHistoryCodec(base58);
  try {
    await db.open();
  } catch (error) {
    throw explainOpenFailure(directory, error);
  }

  const writer = createBlockWriter(codec, base58);

  const summary = async (position: Position): Promise<TransactionSummary | null> => {
    const bytes = await db.get(summaryKey(position));
    return bytes === undefined ? null : codec.readSummary(bytes, position);
  };

  const summaries = async (positions: readonly Position[]): Promise<TransactionSummary[]> => {
    const values = await db.getMany(positions.map(summaryKey));
    return positions.flatMap((position, index) => {
      const bytes = values[index];
      return bytes === undefined ? [] : [codec.readSummary(bytes, position)];
    });
  };

  const recordsOfBlock = async (slot: number): Promise<TransactionRecord[]> => {
    const entries = await db.iterator(blockBounds(bodyKey, slot)).all();
    return entries.map(([key, value]) => codec.readBody(value, readPosition(key)));
  };

  const summariesOfBlock = async (slot: number): Promise<TransactionSummary[]> => {
    const entries = await db.iterator(blockBounds(summaryKey, slot)).all();
    return entries.map(([key, value]) => codec.readSummary(value, readPosition(key)));
  };

  return {
    async writeBlock(block) {
      let bodies: Uint8Array[] = [];
      const batch = await batchOf(db, (empty) => {
        bodies = writer.put(empty, block);
      });
      await batch.write({ sync: batch.length > 1 });
      return packBlock(block, bodies, codec);
    },
    async newestBlocks(upTo, limit) {
      const values = await db.values({ gte: blockKey(0), lte: blockKey(upTo), reverse: true, limit }).all();
      return values.map(codec.readHeader).reverse();
    },
    async dropBlocksAbove(slot, accounts) {
      const dropped = await db.keys({ gt: blockKey(slot), lte: blockKey(Number.MAX_SAFE_INTEGER) }).all();
      const records: TransactionRecord[] = [];
      for (const key of dropped) records.push(...(await recordsOfBlock(slotOfBlockKey(key))));
      const batch = await batchOf(db, (empty) => {
        writer.putAccounts(empty, accounts);
        for (const key of dropped) {
          empty.del(key);
          empty.del(statusesKey(slotOfBlockKey(key)));
        }
        for (const record of records) writer.removeTransaction(empty, record);
      });
      await batch.write({ sync: true });
    },
    async block(slot) {
      const bytes = await db.get(blockKey(slot));
      return bytes === undefined ? null : codec.readHeader(bytes);
    },
    async blockSlots(from, to, limit) {
      const keys = await db.keys({ gte: blockKey(from), lte: blockKey(to), limit }).all();
      return keys.map(slotOfBlockKey);
    },
    summariesOfBlock,
    async statusesOfBlocks(headers) {
      const filled = headers.filter(({ transactionCount }) => transactionCount > 0);
      const values = await db.getMany(filled.map(({ slot }) => statusesKey(slot)));
      return Promise.all(
        filled.map(async ({ slot }, index) => {
          const bytes = values[index];
          return bytes === undefined
            ? // Written before statuses were kept apart.
              statusesOf(slot, await summariesOfBlock(slot), base58)
            : codec.readStatuses(bytes, slot);
        }),
      );
    },
    recordsOfBlock,
    async position(signature) {
      const bytes = await db.get(signatureKey(signature));
      return bytes === undefined ? null : readPosition(bytes);
    },
    async record(position) {
      const bytes = await db.get(bodyKey(position));
      return bytes === undefined ? null : codec.readBody(bytes, position);
    },
    summary,
    async signaturesFor(address, { before, until, maxSlot, limit }) {
      const end = before !== undefined && before.slot <= maxSlot ? before : { slot: maxSlot + 1, index: 0 };
      const bounds =
        until === undefined
          ? { gte: addressKey(address, FIRST_POSITION), lt: addressKey(address, end) }
          : { gt: addressKey(address, until), lt: addressKey(address, end) };
      const keys = await db.keys({ ...bounds, reverse: true, limit }).all();
      return summaries(keys.map(readPosition));
    },
    async *historyOf(address, query) {
      let page: Position[] = [];
      for await (const position of positionsOf(db, address, query)) {
        page.push(position);
        if (page.length < HISTORY_PAGE) continue;
        yield* await summaries(page);
        page = [];
      }
      yield* await summaries(page);
    },
    async *accounts() {
      for await (const [key, value] of db.iterator(ACCOUNT_RANGE)) {
        yield { address: base58.encode(key.subarray(1)), state: codec.readAccount(value) };
      }
    },
    async readMeta(name) {
      const bytes = await db.get(metaKey(name));
      return bytes === undefined ? null : Buffer.from(bytes).toString('utf8');
    },
    writeMeta: (name, value) => db.put(metaKey(name), Buffer.from(value, 'utf8'), { sync: true }),
    close: () => db.close(),
  };
}

function statusesOf(slot: number, summaries: readonly TransactionSummary[], base58: Base58): BlockStatuses {
  const signatures = Buffer.alloc(summaries.length * SIGNATURE_BYTES);
  for (const [place, { signature }] of summaries.entries()) {
    signatures.set(base58.decode(signature), place * SIGNATURE_BYTES);
  }
  const errors = summaries.flatMap(({ index, err }): [number, TransactionError][] =>
    err === null ? [] : [[index, err]],
  );
  return { slot, signatures, errors: new Map(errors) };
}

/** Makes a batch of what `fill` puts into it. A chained batch costs a quarter of what an array of operations does. */
async function batchOf(db: Db, fill: (batch: StoreBatch) => void) {
  const batch = db.batch();
  try {
    fill(batch);
    return batch;
  } catch (error) {
    await batch.close();
    throw error;
  }
}

function blockBounds(keyOf: (position: Position) => Buffer, slot: number): { gte: Buffer; lte: Buffer } {
  return { gte: keyOf({ slot, index: 0 }), lte: keyOf({ slot, index: LAST_POSITION.index }) };
}
