import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';

import type { ChainTransaction } from '@inferscan/protocol';

import { ByteReader, ByteWriter } from './bytes.js';
import { createTransactionDecoder, createTransactionEncoder } from './transaction-codec.js';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** A transaction to keep. */
export interface ArchivedTransaction {
  readonly transaction: ChainTransaction;
  /** What the RPC answered, as JSON; null where only the transaction itself is kept. */
  readonly answer: string | null;
}

/** Some hundred transactions, compressed together: what is read at once. */
export interface Block {
  readonly firstSlot: bigint;
  readonly lastSlot: bigint;
  readonly transactions: number;
  readonly bytes: Buffer;
  /** The RPC's answers, one a line; null where none is kept. */
  readonly answers: Buffer | null;
}

/** Of the levels, this one compresses 15 % better than gzip and is read as fast. */
const QUALITY = 5;
const WINDOW_BITS = 22;
/** More than this is no block of ours. */
const MAX_BYTES = 256 * 1024 * 1024;

/** @param entries at least one, in chain order */
export async function createBlock(entries: readonly ArchivedTransaction[]): Promise<Block> {
  const builder = createBlockBuilder();
  for (const { transaction } of entries) builder.add(transaction);
  const kept = entries.some(({ answer }) => answer !== null);
  return {
    ...(await builder.finish()),
    answers: kept ? await squeeze(Buffer.from(entries.map(({ answer }) => answer ?? '').join('\n'))) : null,
  };
}

/** Makes a block of transactions that come one by one and need not be kept meanwhile. */
export interface BlockBuilder {
  readonly transactions: number;
  /** In chain order. */
  add(transaction: ChainTransaction): void;
  /** To be called once, after at least one was added. */
  finish(): Promise<Block>;
}

export function createBlockBuilder(): BlockBuilder {
  const writer = new ByteWriter();
  const encoder = createTransactionEncoder(writer);
  let [firstSlot, lastSlot, transactions] = [0n, 0n, 0];
  return {
    get transactions() {
      return transactions;
    },
    add(transaction) {
      encoder.write(transaction);
      if (transactions === 0) firstSlot = transaction.slot;
      lastSlot = transaction.slot;
      transactions += 1;
    },
    async finish() {
      return { firstSlot, lastSlot, transactions, bytes: await squeeze(writer.view()), answers: null };
    },
  };
}

const squeeze = (bytes: Buffer): Promise<Buffer> =>
  compress(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

/** Undoes the compression of a block's bytes. */
export const expand = (bytes: Uint8Array): Promise<Buffer> =>
  decompress(bytes, { maxOutputLength: MAX_BYTES });

/** Decoded at once: few enough that they are gone before the garbage collector takes them for long-lived. */
const PART = 64;

/** Transactions of a block, a part at a time. @throws BytesError when it is not what `createBlock` made of `count` */
export function* readTransactions(expanded: Uint8Array, count: number): Generator<ChainTransaction[], void> {
  const decoder = createTransactionDecoder(new ByteReader(expanded));
  for (let done = 0; done < count; done += PART) {
    yield Array.from({ length: Math.min(PART, count - done) }, () => decoder.read());
  }
}

export const readAnswers = (expanded: Buffer): (string | null)[] =>
  expanded
    .toString('utf8')
    .split('\n')
    .map((line) => (line === '' ? null : line));

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
