import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

import { openArchive } from '../../src/archive/archive.js';
import { verifyArchive } from '../../src/archive/verify.js';
import { contentOf, createFolders, GENESIS, SCOPE } from '../support/archive-folder.js';
import { createRandom, testSeed } from '../support/random.js';

const WRITER = fileURLToPath(new URL('../support/archive-writer.mjs', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/archive/archive.js', import.meta.url));

const folders = createFolders();
afterEach(() => folders.remove());

/** Lets a writer begin at a slot and kills it after so many batches; gives the last slot that it said was kept. */
async function writeUntilKilled(dir: string, start: number, batches: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, dir, GENESIS, SCOPE[0] ?? '', String(start)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last = start - 1;
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (++lines === batches) child.kill('SIGKILL');
  }
  await exited;
  expect(child.signalCode).toBe('SIGKILL');
  return last;
}

describe('an archive whose writer is killed', () => {
  it('has everything that the writer said was kept, and goes on', async () => {
    if (!existsSync(BUILT)) throw new Error('build the package first: npm run build');
    const seed = testSeed();
    console.log(`archive: TEST_SEED=${seed}`);
    const random = createRandom(seed);
    const dir = await folders.make();
    let last = -1;
    for (let round = 0; round < 6; round++) {
      last = await writeUntilKilled(dir, last + 1, 1 + random.int(400));
      const { slots, entries } = await contentOf(dir);
      // One batch may be there of which it did not come to say so.
      expect(slots.size).toBeGreaterThanOrEqual(last + 1);
      expect(slots.size).toBeLessThanOrEqual(last + 3);
      const expected = [...slots].flatMap((slot) =>
        Array.from({ length: Number(slot) % 4 }, (_, index) => `${slot}/${index}`),
      );
      expect(entries.map(({ transaction: { slot, index } }) => `${slot}/${index}`)).toEqual(expected);
    }
    const archive = await openArchive({ dir, genesisHash: GENESIS, scope: SCOPE });
    await archive.rotate();
    await archive.close();
    const report = await verifyArchive(dir);
    expect(report).toMatchObject({ damaged: [], gaps: [] });
    expect(report.ranges).toHaveLength(1);
    expect(report.volumes).toBeGreaterThan(2);
  });
});
