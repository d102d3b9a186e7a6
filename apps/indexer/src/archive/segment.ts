import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';

import type { ChainTransaction } from '@inferscan/protocol';
import { z } from 'zod';

import { mapAhead } from '../source/ordered.js';
import { type Block, expand, readAnswers, readTransactions, sha256 } from './block.js';
import { BytesError } from './bytes.js';
import { ArchiveDamage } from './errors.js';
import { readExactly, withFile, writeAtomically } from './files.js';
import type { SlotRange } from './ranges.js';

// A segment: magic, length of the header (u32), its SHA-256, the header (JSON), then the blocks it names.

const MAGIC = Buffer.from('INFRSEG1');
const PREFIX = MAGIC.length + 4 + 32;
const MAX_HEADER = 16 * 1024 * 1024;
/** Blocks read and expanded ahead of the one that is being decoded. */
const AHEAD = 2;

const Slot = z.int().min(0);
const Part = z.strictObject({ at: Slot, bytes: Slot, sha256: z.string() });
const Header = z.strictObject({
  transactions: Slot,
  /** Slots that were read completely, from and to. */
  ranges: z.array(z.tuple([Slot, Slot])),
  /** Everything up to this slot was known to be final; -1: nothing. */
  finalSlot: z.int().min(-1),
  blocks: z.array(
    z.strictObject({
      firstSlot: Slot,
      lastSlot: Slot,
      transactions: Slot,
      core: Part,
      answers: Part.nullable(),
    }),
  ),
  /** Of everything after the header. */
  sha256: z.string(),
  bytes: Slot,
});
type Header = z.output<typeof Header>;
type BlockEntry = Header['blocks'][number];

export interface SegmentContent {
  readonly ranges: readonly SlotRange[];
  readonly finalSlot: bigint;
  readonly blocks: readonly Block[];
}

/** Writes a segment; it is there whole or not at all. */
export async function writeSegment(
  path: string,
  { ranges, finalSlot, blocks }: SegmentContent,
): Promise<void> {
  const parts: Buffer[] = [];
  let at = 0;
  const place = (bytes: Buffer): z.output<typeof Part> => {
    const part = { at, bytes: bytes.length, sha256: sha256(bytes) };
    parts.push(bytes);
    at += bytes.length;
    return part;
  };
  const entries = blocks.map((block) => ({
    firstSlot: Number(block.firstSlot),
    lastSlot: Number(block.lastSlot),
    transactions: block.transactions,
    core: place(block.bytes),
    answers: block.answers === null ? null : place(block.answers),
  }));
  const body = Buffer.concat(parts);
  const header: Header = {
    transactions: entries.reduce((sum, { transactions }) => sum + transactions, 0),
    ranges: ranges.map(({ from, to }) => [Number(from), Number(to)]),
    finalSlot: Number(finalSlot),
    blocks: entries,
    sha256: sha256(body),
    bytes: body.length,
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  await writeAtomically(path, [MAGIC, length, Buffer.from(sha256(text), 'hex'), text, body]);
}

/** A segment whose header was read and is sound. */
export interface Segment {
  readonly path: string;
  readonly ranges: readonly SlotRange[];
  readonly finalSlot: bigint;
  readonly transactions: number;
  /** Transactions in a range of slots, block by block, in chain order. @throws ArchiveDamage */
  read(range: SlotRange): AsyncGenerator<ChainTransaction[], void>;
  /** The RPC's answers to the transactions in a range, where they were kept. @throws ArchiveDamage */
  answers(range: SlotRange): AsyncGenerator<{ transaction: ChainTransaction; answer: string | null }[], void>;
  /** Reads all of it. @throws ArchiveDamage */
  check(): Promise<void>;
}

/** @throws ArchiveDamage when the file is not whole or its header is not what was written */
export async function openSegment(path: string): Promise<Segment> {
  const { header, bodyAt } = await withFile(path, (file) => readHeader(file, path));
  const damaged = (reason: string, cause?: unknown): ArchiveDamage =>
    new ArchiveDamage(basename(path), reason, { cause });

  const readPart = async (
    file: FileHandle,
    { at, bytes, sha256: digest }: z.output<typeof Part>,
  ): Promise<Buffer> => {
    const part = await readExactly(file, bodyAt + at, bytes);
    if (part === null || sha256(part) !== digest) throw damaged(`the block at ${at} is not what was written`);
    return part;
  };

  const blocksIn = ({ from, to }: SlotRange): BlockEntry[] =>
    header.blocks.filter(({ firstSlot, lastSlot }) => lastSlot >= from && firstSlot <= to);

  const decode = function* (entry: BlockEntry, expanded: Buffer): Generator<ChainTransaction[], void> {
    try {
      yield* readTransactions(expanded, entry.transactions);
    } catch (error) {
      if (!(error instanceof BytesError)) throw error;
      throw damaged(`the block at ${entry.core.at} cannot be decoded`, error);
    }
  };

  return {
    path,
    ranges: header.ranges.map(([from, to]) => ({ from: BigInt(from), to: BigInt(to) })),
    finalSlot: BigInt(header.finalSlot),
    transactions: header.transactions,
    async *read(range) {
      const expanded = mapAhead(blocksIn(range), AHEAD, async (entry) => ({
        entry,
        bytes: await withFile(path, async (file) => expand(await readPart(file, entry.core))),
      }));
      for await (const { entry, bytes } of expanded) {
        const isWhole = isWithin(entry, range);
        for (const part of decode(entry, bytes)) {
          yield isWhole ? part : part.filter(({ slot }) => isIn(slot, range));
        }
      }
    },
    async *answers(range) {
      for (const entry of blocksIn(range)) {
        const [core, answers] = await withFile(path, async (file) => [
          await expand(await readPart(file, entry.core)),
          entry.answers === null ? null : readAnswers(await expand(await readPart(file, entry.answers))),
        ]);
        const found = [...decode(entry, core)].flat().map((transaction, index) => ({
          transaction,
          answer: answers?.[index] ?? null,
        }));
        yield found.filter(({ transaction }) => isIn(transaction.slot, range));
      }
    },
    check: () =>
      withFile(path, async (file) => {
        const body = await readExactly(file, bodyAt, header.bytes);
        if (body === null || sha256(body) !== header.sha256)
          throw damaged('its content is not what was written');
      }),
  };
}

const isWithin = ({ firstSlot, lastSlot }: BlockEntry, { from, to }: SlotRange): boolean =>
  firstSlot >= from && lastSlot <= to;

const isIn = (slot: bigint, { from, to }: SlotRange): boolean => slot >= from && slot <= to;

async function readHeader(file: FileHandle, path: string): Promise<{ header: Header; bodyAt: number }> {
  const damaged = (reason: string): ArchiveDamage => new ArchiveDamage(basename(path), reason);
  const prefix = await readExactly(file, 0, PREFIX);
  if (prefix === null || !prefix.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged('it is no segment');
  const length = prefix.readUInt32LE(MAGIC.length);
  if (length > MAX_HEADER) throw damaged('its header is not what was written');
  const text = await readExactly(file, PREFIX, length);
  if (text === null || sha256(text) !== prefix.subarray(MAGIC.length + 4).toString('hex')) {
    throw damaged('its header is not what was written');
  }
  const header = Header.safeParse(JSON.parse(text.toString('utf8')));
  if (!header.success) throw damaged(`its header is of another version: ${z.prettifyError(header.error)}`);
  const bodyAt = PREFIX + length;
  const { size } = await file.stat();
  if (size !== bodyAt + header.data.bytes)
    throw damaged(`it has ${size} bytes instead of ${bodyAt + header.data.bytes}`);
  return { header: header.data, bodyAt };
}
