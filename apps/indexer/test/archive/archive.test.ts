import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { type Archive, openArchive } from '../../src/archive/archive.js';
import { ArchiveDamage, ArchiveRefused } from '../../src/archive/errors.js';
import type { ArchiveBatch } from '../../src/archive/journal.js';
import { openShelf } from '../../src/archive/shelf.js';
import { verifyArchive } from '../../src/archive/verify.js';
import { anyHistory } from '../support/any-transaction.js';
import { batchOf, contentOf, createFolders, expectedOf, GENESIS, SCOPE } from '../support/archive-folder.js';

const folders = createFolders();
afterEach(() => folders.remove());

/** Small, so that a few transactions make several blocks and segments. */
const LIMITS = { segmentBytes: 2_000, block: 3, sync: false };
const open = (dir: string): Promise<Archive> =>
  openArchive({ dir, genesisHash: GENESIS, scope: SCOPE, limits: LIMITS });

const anyBatch: fc.Arbitrary<ArchiveBatch> = fc
  .tuple(fc.nat(60), fc.nat(15), fc.integer({ min: -1, max: 80 }))
  .chain(([from, length, final]) =>
    anyHistory(from, from + length, 6).chain((transactions) =>
      fc.array(fc.option(fc.json()), { minLength: transactions.length, maxLength: transactions.length }).map(
        (answers): ArchiveBatch => ({
          from: BigInt(from),
          to: BigInt(from + length),
          finalSlot: BigInt(final),
          entries: transactions.map((transaction, index) => ({
            transaction,
            answer: answers[index] ?? null,
          })),
        }),
      ),
    ),
  );

type Step =
  | { readonly do: 'append'; readonly batch: ArchiveBatch }
  | { readonly do: 'rotate' }
  | { readonly do: 'reopen' }
  /** It ends between two steps of making a segment: the journal is still there, and rubbish too. */
  | { readonly do: 'crashWhileBinding' }
  /** Bytes that were written last are lost. */
  | { readonly do: 'crashWhileWriting'; readonly lost: number };
const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: anyBatch.map((batch): Step => ({ do: 'append', batch })) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Step>({ do: 'rotate' }, { do: 'reopen' }, { do: 'crashWhileBinding' }),
    },
    { weight: 1, arbitrary: fc.nat(400).map((lost): Step => ({ do: 'crashWhileWriting', lost })) },
  ),
  { minLength: 1, maxLength: 20 },
);

/** The batch that is lost says nothing new of any slot, but that it is final. */
const FINALITY_ALONE_IS_LOST: Step[] = [
  { do: 'append', batch: batchOf({ from: 0n, to: 0n }, [], 5n) },
  { do: 'append', batch: batchOf({ from: 0n, to: 0n }, [], 10n) },
  { do: 'crashWhileWriting', lost: 3 },
];

async function newestJournal(dir: string): Promise<string> {
  const name = (await readdir(dir))
    .filter((one) => one.endsWith('.journal'))
    .sort()
    .at(-1);
  if (name === undefined) throw new Error('no journal');
  return join(dir, name);
}

/** All that batches leave: what the slots hold, and up to where they are final, which a batch may raise alone. */
const leftBy = (batches: readonly ArchiveBatch[]) => ({
  ...expectedOf(batches),
  finalSlot: BigInt(Math.max(-1, ...batches.map(({ finalSlot }) => Number(finalSlot)))),
});

/** How many of the batches an archive holds: all, unless the last ones are lost. */
async function survivors(dir: string, batches: readonly ArchiveBatch[]): Promise<number> {
  const content = { ...(await contentOf(dir)), finalSlot: (await openShelf(dir)).finalSlot };
  const held = (count: number): boolean => isDeepStrictEqual(content, leftBy(batches.slice(0, count)));
  let count = batches.length;
  while (count > 0 && !held(count)) count--;
  expect(content).toEqual(leftBy(batches.slice(0, count)));
  return count;
}

describe('an archive', () => {
  it('holds what was last told of each slot, whatever the order, and through crashes', async () => {
    let lost = 0;
    await fc.assert(
      fc.asyncProperty(anySteps, async (steps) => {
        const dir = await folders.make();
        let archive = await open(dir);
        let kept: ArchiveBatch[] = [];
        const reopen = async (): Promise<void> => {
          archive = await open(dir);
          expect(await survivors(dir, kept)).toBe(kept.length);
        };
        try {
          for (const step of steps) {
            if (step.do === 'append') {
              await archive.append(step.batch);
              kept.push(step.batch);
            } else if (step.do === 'rotate') {
              await archive.rotate();
            } else if (step.do === 'reopen') {
              await archive.close();
              await reopen();
            } else if (step.do === 'crashWhileBinding') {
              const journal = await newestJournal(dir);
              const bytes = await readFile(journal);
              await archive.rotate();
              await archive.close();
              await writeFile(journal, bytes);
              await writeFile(join(dir, '99999999.segment.tmp'), bytes);
              await reopen();
            } else {
              await archive.close();
              const journal = await newestJournal(dir);
              await truncate(journal, Math.max(0, (await readFile(journal)).length - step.lost));
              const count = await survivors(dir, kept);
              lost += kept.length - count;
              kept = kept.slice(0, count);
              await reopen();
            }
          }
        } finally {
          await archive.close();
        }
        expect(await survivors(dir, kept)).toBe(kept.length);
        const report = await verifyArchive(dir);
        expect(report.damaged).toEqual([]);
        expect(report.transactions).toBe(expectedOf(kept).entries.length);
      }),
      {
        numRuns: 60,
        examples: [[FINALITY_ALONE_IS_LOST]],
        // What fails is told with what made it fail, however long it could still be made smaller.
        interruptAfterTimeLimit: 60_000,
        markInterruptAsFailure: true,
      },
    );
    expect(lost).toBeGreaterThan(0);
  });

  it('refuses batches that cannot be', async () => {
    const archive = await open(await folders.make());
    const [one, two] = fc.sample(anyHistory(5, 5, 9, 2), { seed: 1, numRuns: 1 })[0] ?? [];
    if (one === undefined || two === undefined) throw new Error('the sample is too small');
    try {
      for (const batch of [
        batchOf({ from: 6n, to: 5n }, []),
        batchOf({ from: -1n, to: 5n }, []),
        batchOf({ from: 6n, to: 9n }, [one]),
        batchOf({ from: 0n, to: 9n }, [two, one]),
        batchOf({ from: 0n, to: 9n }, [one, one]),
      ]) {
        expect(() => archive.append(batch)).toThrow(ArchiveRefused);
      }
      await archive.append(batchOf({ from: 0n, to: 9n }, [one, two]));
    } finally {
      await archive.close();
    }
  });

  it('belongs to one chain, one scope and one writer', async () => {
    const dir = await folders.make();
    const archive = await open(dir);
    await expect(open(dir)).rejects.toThrow(/this process writes to this archive/);
    await archive.close();
    const other = { dir, genesisHash: GENESIS, scope: SCOPE, limits: LIMITS };
    await expect(openArchive({ ...other, genesisHash: SCOPE[0] ?? '' })).rejects.toThrow(
      /archives the chain with genesis/,
    );
    await expect(openArchive({ ...other, scope: [GENESIS] })).rejects.toThrow(ArchiveRefused);
    await (await open(dir)).close();
  });

  it('is taken over from a writer that is dead, and not from one that lives', async () => {
    const dir = await folders.make();
    const lock = join(dir, 'writer.lock');
    // The parent of the test runs; no process has the highest number.
    await writeFile(lock, `${process.ppid} ${hostname()}\n`);
    await expect(open(dir)).rejects.toThrow(ArchiveRefused);
    await writeFile(lock, `4194304 ${hostname()}\n`);
    await (await open(dir)).close();
    await writeFile(lock, '1 another-host\n');
    await expect(open(dir)).rejects.toThrow(/process 1 on another-host/);
  });
});

describe('damage', () => {
  /** An archive of a few segments and a journal. */
  async function build(): Promise<{ dir: string; batches: ArchiveBatch[]; volumeOf: string[] }> {
    const dir = await folders.make();
    const archive = await open(dir);
    const batches = fc.sample(anyBatch, { seed: 11, numRuns: 12 });
    const volumeOf: string[] = [];
    for (const batch of [...batches, batches[0] ?? batchOf({ from: 0n, to: 0n }, [])]) {
      if (volumeOf.length === batches.length) await archive.rotate();
      volumeOf.push(basename(await newestJournal(dir)).replace('journal', 'segment'));
      await archive.append(batch);
    }
    await archive.close();
    return { dir, batches: [...batches, ...batches.slice(0, 1)], volumeOf };
  }

  it('to any byte of a segment is noticed, by reading and by verifying', async () => {
    const { dir, batches, volumeOf } = await build();
    const names = (await readdir(dir)).filter((name) => name.endsWith('.segment'));
    expect(names.length).toBeGreaterThan(1);
    const whole = await contentOf(dir);
    expect(whole).toEqual(expectedOf(batches));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        async (name, where, change) => {
          const path = join(dir, name);
          const bytes = await readFile(path);
          const damaged = Buffer.from(bytes);
          const at = Math.floor(where * bytes.length);
          damaged[at] = (damaged[at] ?? 0) ^ change;
          await writeFile(path, damaged);
          try {
            const report = await verifyArchive(dir);
            expect(report.damaged.map(({ file }) => file)).toEqual([name]);
            // Nothing that is read is wrong: it is left out, or it is an error.
            const read = await contentOf(dir).catch((error: unknown) => error);
            if ((await openShelf(dir)).damaged.length === 0) {
              expect(read instanceof ArchiveDamage || isDeepStrictEqual(read, whole)).toBe(true);
            } else {
              const others = batches.filter((_, index) => volumeOf[index] !== name);
              expect(read).toEqual(expectedOf(others));
            }
          } finally {
            await writeFile(path, bytes);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is set aside, so that its slots are a gap', async () => {
    const { dir } = await build();
    const name = (await readdir(dir)).filter((one) => one.endsWith('.segment')).sort()[0] ?? '';
    const path = join(dir, name);
    await truncate(path, (await readFile(path)).length - 1);
    const report = await verifyArchive(dir, { setAside: true });
    expect(report.damaged).toEqual([{ file: name, reason: expect.stringContaining('bytes instead of') }]);
    expect(await readdir(dir)).toContain(`${name}.damaged`);
    const after = await verifyArchive(dir);
    expect(after.damaged).toEqual([]);
    expect(after.ranges).toEqual(report.ranges);
    const archive = await open(dir);
    await archive.append(batchOf({ from: 0n, to: 100n }, []));
    await archive.close();
    expect((await verifyArchive(dir)).gaps).toEqual([]);
  });
});
