import { type FileHandle, open, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { crc32 } from 'node:zlib';

import type { ArchivedTransaction } from './block.js';
import { ByteReader, BytesError, ByteWriter } from './bytes.js';
import { ArchiveDamage } from './errors.js';
import { readExactly, syncFolder } from './files.js';
import type { SlotRange } from './ranges.js';
import { createTransactionDecoder, createTransactionEncoder } from './transaction-codec.js';

// A journal holds what is not in a segment yet: magic, then frames of length (u32), CRC-32 (u32) and content.

const MAGIC = Buffer.from('INFRJNL1');
const FRAME_PREFIX = 8;
const MAX_FRAME = 1024 * 1024 * 1024;

/** What is kept at once: everything that happened in a range of slots. */
export interface ArchiveBatch extends SlotRange {
  /** In chain order. */
  readonly entries: readonly ArchivedTransaction[];
  /** Everything up to this slot is known to be final; -1: nothing. */
  readonly finalSlot: bigint;
}

/** Says what is final, and nothing of any slot. */
export const finalOnly = (finalSlot: bigint): ArchiveBatch => ({ from: 1n, to: 0n, finalSlot, entries: [] });

export interface Journal {
  readonly path: string;
  readonly bytes: number;
  /** Resolves when it would outlast a crash. @throws what the file system says; nothing of it is kept then */
  append(batch: ArchiveBatch): Promise<void>;
  close(): Promise<void>;
}

/** Opens a journal to write; what a crash left half-written at its end is cut off. */
export async function openJournal(path: string, { sync }: { readonly sync: boolean }): Promise<Journal> {
  const file = await open(path, 'a+');
  const writer = new ByteWriter();
  let length = await soundLength(file);
  await file.truncate(length);
  if (length === 0) {
    await file.writeFile(MAGIC);
    await file.datasync();
    await syncFolder(dirname(path));
    length = MAGIC.length;
  }
  return {
    path,
    get bytes() {
      return length;
    },
    async append(batch) {
      const content = encodeBatch(writer, batch);
      const prefix = Buffer.alloc(FRAME_PREFIX);
      prefix.writeUInt32LE(content.length, 0);
      prefix.writeUInt32LE(crc32(content), 4);
      try {
        await file.appendFile(Buffer.concat([prefix, content]));
        if (sync) await file.datasync();
      } catch (error) {
        await file.truncate(length).catch(() => {});
        throw error;
      }
      length += FRAME_PREFIX + content.length;
    },
    close: () => file.close(),
  };
}

/** A batch in a journal; decoded when it is asked for, because a journal holds some ten thousand transactions. */
export interface JournalBatch {
  /** The slots that it tells of: one range, or none where it only says what is final. */
  readonly ranges: readonly SlotRange[];
  readonly finalSlot: bigint;
  readonly transactions: number;
  /** @throws ArchiveDamage */
  entries(): ArchivedTransaction[];
}

/** What a journal holds, in the order in which it was kept. What a crash left half-written at its end is not there. */
export async function readJournal(path: string): Promise<JournalBatch[]> {
  const bytes = await readFile(path);
  const orDamage = <Result>(decode: () => Result): Result => {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof BytesError)) throw error;
      throw new ArchiveDamage(basename(path), 'a batch cannot be decoded', { cause: error });
    }
  };
  return frames(bytes).map((frame) => {
    const head = orDamage(() => readHead(new ByteReader(frame)));
    return { ...head, entries: () => orDamage(() => decodeEntries(frame)) };
  });
}

async function soundLength(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const bytes = (await readExactly(file, 0, size)) ?? Buffer.alloc(0);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return 0;
  return frames(bytes).reduce((length, frame) => length + FRAME_PREFIX + frame.length, MAGIC.length);
}

/** The contents of all frames up to the first that is not whole. */
function frames(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return found;
  let at = MAGIC.length;
  while (at + FRAME_PREFIX <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + FRAME_PREFIX + length;
    if (length > MAX_FRAME || end > bytes.length) break;
    const content = bytes.subarray(at + FRAME_PREFIX, end);
    if (crc32(content) !== bytes.readUInt32LE(at + 4)) break;
    found.push(content);
    at = end;
  }
  return found;
}

function encodeBatch(writer: ByteWriter, { from, to, finalSlot, entries }: ArchiveBatch): Buffer {
  writer.clear();
  writer.u64(from);
  writer.u64(to);
  writer.i64(finalSlot);
  writer.number(entries.length);
  const encoder = createTransactionEncoder(writer);
  for (const { transaction } of entries) encoder.write(transaction);
  for (const { answer } of entries) writer.text(answer ?? '');
  return writer.view();
}

function readHead(reader: ByteReader): Omit<JournalBatch, 'entries'> {
  const [from, to, finalSlot] = [reader.u64(), reader.u64(), reader.i64()];
  return { ranges: from > to ? [] : [{ from, to }], finalSlot, transactions: reader.count() };
}

function decodeEntries(frame: Buffer): ArchivedTransaction[] {
  const reader = new ByteReader(frame);
  const { transactions: count } = readHead(reader);
  const decoder = createTransactionDecoder(reader);
  const transactions = Array.from({ length: count }, () => decoder.read());
  return transactions.map((transaction) => {
    const answer = reader.text();
    return { transaction, answer: answer === '' ? null : answer };
  });
}
