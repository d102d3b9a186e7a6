import { ClassicLevel } from 'classic-level';
import type {
  AccountState,
  Block,
  BlockHeader,
  TransactionRecord,
  TransactionSummary,
} from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { type HistoryQuery, ownerEntries, positionsOf } from './address-history.js';
import { createHistoryCodec } from './codec.js';
import {
  ACCOUNT_RANGE,
  accountKey,
  addressKey,
  blockKey,
  bodyKey,
  FIRST_POSITION,
  LAST_POSITION,
  metaKey,
  type Position,
  positionBytes,
  readPosition,
  signatureKey,
  slotOfBlockKey,
  summaryKey,
} from './keys.js';
import { explainOpenFailure } from './open-failure.js';

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
  /** Writes a closed block and the accounts it changed, all or nothing; flushed to disk when it holds anything. */
  writeBlock(block: Block): Promise<void>;
  /** The newest blocks up to a slot, at most `limit`, oldest first. */
  newestBlocks(upTo: number, limit: number): Promise<BlockHeader[]>;
  /** Takes out every block above `slot` with its transactions, and puts accounts back as they were: all or nothing. */
  dropBlocksAbove(slot: number, accounts: ReadonlyMap<string, AccountState | null>): Promise<void>;
  block(slot: number): Promise<BlockHeader | null>;
  /** Slots of stored blocks from `from` to `to`, both included, ascending, at most `limit`. */
  blockSlots(from: number, to: number, limit: number): Promise<number[]>;
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

type Operation = { type: 'put'; key: Uint8Array; value: Uint8Array } | { type: 'del'; key: Uint8Array };

const EMPTY = new Uint8Array();
/** Transactions of an address's history that are read at once. */
const HISTORY_PAGE = 100;

/**
 * Opens the store in `directory`, creating it when it is missing. It is one LevelDB: an append-only log of atomic
 * batches that compacts itself, so a batch per block gives crash safety, indexes and current account states at once.
 *
 * @throws Error when another process holds the store, or the folder cannot be used.
 */
export async function openHistoryStore(directory: string, base58: Base58): Promise<HistoryStore> {
  const db = new ClassicLevel<Uint8Array, Uint8Array>(directory, {
    keyEncoding: 'view',
    valueEncoding: 'view',
  });
  const codec = createHistoryCodec(base58);
  try {
    await db.open();
  } catch (error) {
    throw explainOpenFailure(directory, error);
  }

  const summary = async (position: Position): Promise<TransactionSummary | null> => {
    const bytes = await db.get(summaryKey(position));
    return bytes === undefined ? null : codec.readSummary(bytes);
  };

  const summaries = async (positions: readonly Position[]): Promise<TransactionSummary[]> => {
    const values = await db.getMany(positions.map(summaryKey));
    return values.flatMap((bytes) => (bytes === undefined ? [] : [codec.readSummary(bytes)]));
  };

  return {
    async writeBlock(block) {
      const operations = operationsOf(block, codec, base58);
      await db.batch(operations, { sync: operations.length > 1 });
    },
    async newestBlocks(upTo, limit) {
      const values = await db.values({ gte: blockKey(0), lte: blockKey(upTo), reverse: true, limit }).all();
      return values.map(codec.readHeader).reverse();
    },
    async dropBlocksAbove(slot, accounts) {
      const operations = accountOperations(accounts, codec, base58);
      const dropped = db.keys({ gt: blockKey(slot), lte: blockKey(Number.MAX_SAFE_INTEGER) });
      for await (const key of dropped) {
        operations.push({ type: 'del', key });
        for (const [at, body] of await db.iterator(blockBounds(bodyKey, slotOfBlockKey(key))).all()) {
          const record = codec.readBody(body, readPosition(at));
          const owners = ownerEntries(record, base58).map((entry) => entry.key);
          operations.push(...[...keysOfRecord(record, base58), ...owners].map(deletion));
        }
      }
      await db.batch(operations, { sync: true });
    },
    async block(slot) {
      const bytes = await db.get(blockKey(slot));
      return bytes === undefined ? null : codec.readHeader(bytes);
    },
    async blockSlots(from, to, limit) {
      const keys = await db.keys({ gte: blockKey(from), lte: blockKey(to), limit }).all();
      return keys.map(slotOfBlockKey);
    },
    async summariesOfBlock(slot) {
      const values = await db.values(blockBounds(summaryKey, slot)).all();
      return values.map(codec.readSummary);
    },
    async recordsOfBlock(slot) {
      const entries = await db.iterator(blockBounds(bodyKey, slot)).all();
      return entries.map(([key, value]) => codec.readBody(value, readPosition(key)));
    },
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

function operationsOf(
  block: Block,
  codec: ReturnType<typeof createHistoryCodec>,
  base58: Base58,
): Operation[] {
  const operations: Operation[] = [
    { type: 'put', key: blockKey(block.header.slot), value: codec.header(block.header) },
  ];
  for (const record of block.records) {
    const { transaction, meta } = record;
    const [bodyAt, summaryAt, signatureAt, ...addressesAt] = keysOfRecord(record, base58);
    const summary = {
      signature: transaction.signature,
      slot: record.slot,
      index: record.index,
      err: meta.err,
      memo: record.memo,
      blockTime: block.header.blockTime,
    };
    operations.push(
      { type: 'put', key: bodyAt, value: codec.body(record) },
      { type: 'put', key: summaryAt, value: codec.summary(summary) },
      { type: 'put', key: signatureAt, value: positionBytes(record) },
    );
    for (const key of addressesAt) operations.push({ type: 'put', key, value: EMPTY });
    for (const entry of ownerEntries(record, base58)) operations.push({ type: 'put', ...entry });
  }
  operations.push(...accountOperations(block.accounts, codec, base58));
  return operations;
}

/** Every key under which a transaction is stored: body, summary, signature, then one per address that it names. */
function keysOfRecord(record: TransactionRecord, base58: Base58): [Buffer, Buffer, Buffer, ...Buffer[]] {
  const { transaction, meta } = record;
  const { staticKeys } = transaction.message;
  const addresses = [...staticKeys, ...meta.loadedAddresses.writable, ...meta.loadedAddresses.readonly];
  return [
    bodyKey(record),
    summaryKey(record),
    signatureKey(base58.decode(transaction.signature)),
    ...addresses.map((address) => addressKey(base58.decode(address), record)),
  ];
}

function accountOperations(
  accounts: ReadonlyMap<string, AccountState | null>,
  codec: ReturnType<typeof createHistoryCodec>,
  base58: Base58,
): Operation[] {
  return [...accounts].map(([address, state]) => {
    const key = accountKey(base58.decode(address));
    return state === null ? deletion(key) : { type: 'put', key, value: codec.account(state) };
  });
}

const deletion = (key: Uint8Array): Operation => ({ type: 'del', key });

function blockBounds(keyOf: (position: Position) => Buffer, slot: number): { gte: Buffer; lte: Buffer } {
  return { gte: keyOf({ slot, index: 0 }), lte: keyOf({ slot, index: LAST_POSITION.index }) };
}
