import type { ChainTransaction } from '@inferscan/protocol';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { type Archive, openArchive } from '../../src/archive/archive.js';
import { createArchiveSource } from '../../src/archive/archive-source.js';
import { createArchivingSource } from '../../src/archive/archiving.js';
import { openShelf } from '../../src/archive/shelf.js';
import { type ChainSource, finalUpTo, type SourceBatch } from '../../src/source/chain-source.js';
import { advance, type SourceCursor } from '../../src/source/cursor.js';
import { anyHistory } from '../support/any-transaction.js';
import { contentOf, createFolders, GENESIS, SCOPE } from '../support/archive-folder.js';

const folders = createFolders();
const open: Archive[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((archive) => archive.close()));
  await folders.remove();
});

async function createArchive(): Promise<{ dir: string; archive: Archive }> {
  const dir = await folders.make();
  const limits = { segmentBytes: 4_000, block: 5, sync: false };
  const archive = await openArchive({ dir, genesisHash: GENESIS, scope: SCOPE, limits });
  open.push(archive);
  return { dir, archive };
}

const never = new AbortController().signal;

/** A chain whose transactions a test may change, read as it is told. */
function createChain(batches: (cursor: SourceCursor | null) => Iterable<SourceBatch>): ChainSource {
  return {
    genesisHash: async () => GENESIS,
    async *batches(cursor) {
      yield* batches(cursor);
    },
    standing: async () => null,
    finalBlockhash: async () => null,
    finalTransactions: async () => [],
    proven() {},
    close() {},
  };
}

const batch = (
  transactions: readonly ChainTransaction[],
  coveredSlot: bigint,
  finalizedSlot: bigint,
): SourceBatch => ({
  transactions,
  coveredSlot,
  finalizedSlot,
  headSlot: coveredSlot,
  blocks: [],
  atTip: true,
});

const sample = (seed: number): ChainTransaction[] =>
  fc.sample(anyHistory(10, 99, 60, 30), { seed, numRuns: 1 })[0] ?? [];

async function drain(
  source: ChainSource,
  cursor: SourceCursor | null,
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<ChainTransaction[]> {
  const read: ChainTransaction[] = [];
  for await (const batch of source.batches(cursor, never)) {
    read.push(...batch.transactions);
    if (--stopAfter <= 0) break;
    source.proven(finalUpTo(batch));
  }
  return read;
}

describe('an archiving source', () => {
  it('keeps what it delivers, and what is known to be final of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory(0, 40, 30),
        fc.array(fc.record({ covered: fc.nat(45), final: fc.nat(45) }), { minLength: 1, maxLength: 10 }),
        fc.nat(12),
        async (all, steps, stopAfter) => {
          const { dir, archive } = await createArchive();
          // The chain grows from step to step; what is final grows too.
          const grown = steps
            .map(({ covered, final }) => ({ covered: BigInt(covered), final: BigInt(final) }))
            .toSorted((left, right) => Number(left.covered - right.covered));
          const chain = createChain(function* () {
            let last = -1n;
            let finalized = -1n;
            for (const { covered, final } of grown) {
              finalized = final > finalized ? final : finalized;
              const some = all.filter(({ slot }) => slot > last && slot <= covered);
              yield batch(some, covered, finalized);
              last = some.at(-1)?.slot ?? last;
            }
          });
          const delivered = await drain(
            createArchivingSource(chain, { archive, answers: false }),
            null,
            stopAfter,
          );
          expect((await contentOf(dir)).entries.map(({ transaction }) => transaction)).toEqual(delivered);
          const { finalSlot, pieces } = await openShelf(dir);
          // All but the last batch is told to be proven, and only what is covered can be final.
          const proven = grown.slice(0, Math.max(0, Math.min(stopAfter, grown.length + 1) - 1));
          const most = proven.reduce(
            (best, { covered, final }) => Math.max(best, Math.min(Number(covered), Number(final))),
            -1,
          );
          expect(Number(finalSlot)).toBeLessThanOrEqual(
            Math.max(
              most,
              ...proven.map(({ final }) => Math.min(Number(final), Number(proven.at(-1)?.covered ?? -1n))),
            ),
          );
          const replayed = await drain(createArchiveSource({ dir }), null);
          expect(replayed).toEqual(delivered.filter(({ slot }) => slot <= finalSlot));
          if (pieces.length > 0) expect(pieces[0]?.from).toBe(0n);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('replaces what a fork dropped', async () => {
    const { dir, archive } = await createArchive();
    const [first, dropped] = [sample(1), sample(2).map((one) => ({ ...one, slot: one.slot + 100n }))];
    const again = sample(3).map((one) => ({ ...one, slot: one.slot + 110n }));
    const source = createArchivingSource(
      createChain((cursor) =>
        cursor === null
          ? [batch(first, 99n, 99n), batch(dropped, 205n, 99n)]
          : [batch(again, 215n, 99n), batch([], 300n, 215n), batch([], 300n, 215n)],
      ),
      { archive, answers: false },
    );
    await drain(source, null);
    expect(await drain(createArchiveSource({ dir }), null)).toEqual(first);
    await drain(source, advance(null, first, []));
    expect(await drain(createArchiveSource({ dir }), null)).toEqual([...first, ...again]);
  });

  it('keeps the answers of the RPC where it is told to', async () => {
    const all = sample(4);
    const answers = all.map(({ signature }, index) => ({ signature, logs: [`line ${index}\nnext`, 'é'] }));
    const chain = createChain(() => [{ ...batch(all, 99n, 99n), answers }]);
    for (const wanted of [true, false]) {
      const { dir, archive } = await createArchive();
      await drain(createArchivingSource(chain, { archive, answers: wanted }), null);
      await archive.rotate();
      const kept = (await contentOf(dir)).entries.map(({ answer }) =>
        answer === null ? null : JSON.parse(answer),
      );
      expect(kept).toEqual(wanted ? answers : answers.map(() => null));
    }
  });

  it('goes on where it was stopped, without a gap', async () => {
    const all = sample(5);
    const { dir, archive } = await createArchive();
    const chain = createChain(function* (cursor) {
      const rest = all.filter(({ slot }) => slot > (cursor?.slot ?? -1n));
      const slots = [...new Set(rest.map(({ slot }) => slot))];
      for (const slot of slots)
        yield batch(
          rest.filter((one) => one.slot === slot),
          slot,
          99n,
        );
      yield batch([], 99n, 99n);
    });
    const source = createArchivingSource(chain, { archive, answers: false });
    let cursor: SourceCursor | null = null;
    for (let stopped = 0; stopped < 30; stopped++)
      cursor = advance(cursor, await drain(source, cursor, 3), []);
    await drain(source, cursor);
    expect(await drain(createArchiveSource({ dir }), null)).toEqual(all);
    expect((await openShelf(dir)).pieces.at(-1)?.to).toBe(99n);
  });
});
