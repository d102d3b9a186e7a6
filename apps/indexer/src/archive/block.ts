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
  const writer = new ByteWriter();
  const encoder = createTransactionEncoder(writer);
  for (const { transaction } of entries) encoder.write(transaction);
  const kept = entries.some(({ answer }) => answer !== null);
  return {
    firstSlot: entries[0]?.transaction.slot ?? 0n,
    lastSlot: entries.at(-1)?.transaction.slot ?? 0n,
    transactions: entries.length,
    bytes: await squeeze(writer.view()),
    answers: kept ? await squeeze(Buffer.from(entries.map(({ answer }) => answer ?? '').join('\n'))) : null,
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
const PART = 256;

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
