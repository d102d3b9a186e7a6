import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainTransaction } from '@inferscan/protocol';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { openArchive } from '../../src/archive/archive.js';
import { createArchiveSource } from '../../src/archive/archive-source.js';
import { ArchiveDamage, ArchiveRefused } from '../../src/archive/errors.js';
import { ContinuityError, type SourceBatch } from '../../src/source/chain-source.js';
import { advance, type SourceCursor } from '../../src/source/cursor.js';
import { anyHistory } from '../support/any-transaction.js';
import { batchOf, createFolders, GENESIS, SCOPE } from '../support/archive-folder.js';

const folders = createFolders();
afterEach(() => folders.remove());

const never = new AbortController().signal;
const history = (seed: number): ChainTransaction[] =>
  fc.sample(anyHistory(0, 99, 120, 60), { seed, numRuns: 1 })[0] ?? [];

interface BuildOptions {
  /** Slots of which nothing is told. */
  readonly gap?: bigint;
  readonly finalSlot?: bigint;
}

/** An archive of slots 0 to 99, in ten batches and several segments. */
async function build(
  transactions: readonly ChainTransaction[],
  { gap, finalSlot = 99n }: BuildOptions = {},
): Promise<string> {
  const dir = await folders.make();
  const limits = { segmentBytes: 3_000, block: 4, sync: false };
  const archive = await openArchive({ dir, genesisHash: GENESIS, scope: SCOPE, limits });
  for (let from = 0n; from < 100n; from += 10n) {
    if (from === gap) continue;
    const to = from + 9n;
    await archive.append(
      batchOf(
        { from, to },
        transactions.filter(({ slot }) => slot >= from && slot <= to),
        finalSlot,
      ),
    );
  }
  await archive.close();
  return dir;
}

async function read(
  dir: string,
  {
    cursor = null,
    batch = 7,
    onDamage,
  }: { cursor?: SourceCursor | null; batch?: number; onDamage?: (damage: ArchiveDamage) => void } = {},
): Promise<SourceBatch[]> {
  const source = createArchiveSource({ dir, batch, ...(onDamage === undefined ? {} : { onDamage }) });
  const batches: SourceBatch[] = [];
  for await (const one of source.batches(cursor, never)) batches.push(one);
  return batches;
}
const transactionsOf = (batches: readonly SourceBatch[]): ChainTransaction[] =>
  batches.flatMap(({ transactions }) => transactions);

describe('the archive source', () => {
  it('delivers everything once, in order, in batches of whole slots', async () => {
    const all = history(1);
    const dir = await build(all);
    for (const size of [1, 7, 1_000]) {
      const batches = await read(dir, { batch: size });
      expect(transactionsOf(batches)).toEqual(all);
      batches.forEach(({ transactions, coveredSlot, finalizedSlot, atTip, blocks }, order) => {
        expect(coveredSlot).toBeGreaterThanOrEqual(transactions.at(-1)?.slot ?? 0n);
        expect(batches[order + 1]?.transactions[0]?.slot ?? 100n).toBeGreaterThan(coveredSlot);
        expect({ finalizedSlot, atTip, blocks }).toEqual({ finalizedSlot: 99n, atTip: false, blocks: [] });
        if (order < batches.length - 2) expect(transactions.length).toBeGreaterThanOrEqual(size);
      });
      expect(batches.at(-1)?.coveredSlot).toBe(99n);
    }
    expect(await createArchiveSource({ dir }).genesisHash(never)).toBe(GENESIS);
  });

  it('goes on after any transaction', async () => {
    const all = history(2);
    const dir = await build(all);
    const ends = all.flatMap(({ slot }, order) => (all[order + 1]?.slot === slot ? [] : [order + 1]));
    for (const end of ends.filter((_, place) => place % 9 === 0)) {
      const cursor = advance(null, all.slice(0, end), []);
      expect(transactionsOf(await read(dir, { cursor }))).toEqual(all.slice(end));
    }
  });

  it('does not pretend to know a transaction that it has not', async () => {
    const all = history(3);
    const dir = await build(all);
    const cursor = { slot: all[20]?.slot ?? 0n, signature: '1'.repeat(88), marks: new Map() };
    await expect(read(dir, { cursor })).rejects.toThrow(ContinuityError);
    const beyond = { slot: 500n, signature: '1'.repeat(88), marks: new Map() };
    expect(await read(dir, { cursor: beyond })).toEqual([]);
  });

  it('ends at a gap, and at what may still be dropped', async () => {
    const all = history(4);
    const upTo = (slot: bigint) => all.filter((transaction) => transaction.slot <= slot);
    expect(transactionsOf(await read(await build(all, { gap: 50n })))).toEqual(upTo(49n));
    const batches = await read(await build(all, { finalSlot: 63n }));
    expect(transactionsOf(batches)).toEqual(upTo(63n));
    expect(batches.at(-1)?.coveredSlot).toBe(63n);
    expect(await read(await build(all, { finalSlot: -1n }))).toEqual([]);
  });

  it('lists what is final in a range', async () => {
    const all = history(5);
    const source = createArchiveSource({ dir: await build(all) });
    const listed = await source.finalTransactions({ after: 20n, upTo: 70n, marks: new Map() }, never);
    const expected = all.filter(({ slot }) => slot > 20n && slot <= 70n);
    expect(listed).toEqual(expected.map(({ signature, slot }) => ({ signature, slot })));
  });

  it('delivers what is before damage and says what is damaged, or stops there', async () => {
    const all = history(6);
    for (const damage of ['cut', 'flipped'] as const) {
      const dir = await build(all);
      const segments = (await readdir(dir)).filter((name) => name.endsWith('.segment')).sort();
      const path = join(dir, segments[1] ?? '');
      const bytes = await readFile(path);
      if (damage === 'cut') await truncate(path, bytes.length - 5);
      else
        await writeFile(
          path,
          Buffer.from(bytes.map((byte, at) => (at === bytes.length - 5 ? byte ^ 1 : byte))),
        );
      const told: string[] = [];
      const delivered = transactionsOf(await read(dir, { onDamage: ({ file }) => told.push(file) }));
      expect(told).toEqual([segments[1]]);
      expect(delivered).toEqual(all.slice(0, delivered.length));
      expect(delivered.length).toBeGreaterThan(0);
      expect(delivered.length).toBeLessThan(all.length);
      if (damage === 'flipped') await expect(read(dir)).rejects.toThrow(ArchiveDamage);
    }
  });

  it('says that a folder holds no archive', async () => {
    const dir = await folders.make();
    await expect(read(dir)).rejects.toThrow(ArchiveRefused);
    await writeFile(join(dir, 'archive.json'), '{"format":2}');
    await expect(read(dir)).rejects.toThrow(/no version that is known here/);
  });

  it('stops when told to', async () => {
    const dir = await build(history(7));
    const stop = new AbortController();
    let batches = 0;
    for await (const _ of createArchiveSource({ dir, batch: 1 }).batches(null, stop.signal)) {
      batches++;
      stop.abort();
    }
    expect(batches).toBe(1);
  });
});
