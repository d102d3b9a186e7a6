import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createArchiveSource } from '@inferscan/indexer/parts';
import type { ChainTransaction } from '@inferscan/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { generateHistory } from '../src/history/history.js';
import { writeHistory } from '../src/history/write-archive.js';

const OPTIONS = { seed: 3, jobs: 2_500 };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inferscan-history-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('an archive of a generated history', () => {
  it('gives back every transaction, all of them final', async () => {
    let told = 0;
    const written = await writeHistory(dir, OPTIONS, (transactions) => {
      told = transactions;
    });
    const expected: ChainTransaction[] = [];
    for await (const part of generateHistory(OPTIONS)) expected.push(...part);
    const source = createArchiveSource({ dir });
    const replayed: ChainTransaction[] = [];
    for await (const batch of source.batches(null, new AbortController().signal)) {
      replayed.push(...batch.transactions);
      expect(batch.coveredSlot).toBeLessThanOrEqual(batch.finalizedSlot);
    }
    expect([written, told]).toEqual([expected.length, expected.length]);
    expect(replayed).toEqual(expected);
  });
});
