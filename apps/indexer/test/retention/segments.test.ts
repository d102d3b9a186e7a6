import { readdir } from 'node:fs/promises';

import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openArchive } from '../../src/archive/archive.js';
import { openShelf } from '../../src/archive/shelf.js';
import { dropSegments, removable } from '../../src/retention/drop-segments.js';
import { readKept } from '../../src/retention/kept.js';
import { batchOf, createFolders, GENESIS, SCOPE } from '../support/archive-folder.js';
import { storeDays } from '../support/stored-days.js';

const range = (from: bigint, to: bigint) => ({ from, to });

describe('files of the archive that may go', () => {
  it.each<[string, [string, { from: bigint; to: bigint }[]][], string[]]>([
    ['none of an archive with one file', [['00000001.segment', [range(0n, 9n)]]], []],
    [
      'those that end before the slot',
      [
        ['00000001.segment', [range(0n, 49n)]],
        ['00000002.segment', [range(50n, 99n)]],
        ['00000003.segment', [range(100n, 149n)]],
        ['00000004.segment', [range(150n, 199n)]],
      ],
      ['00000001.segment', '00000002.segment'],
    ],
    [
      'not the one that is being written',
      [
        ['00000001.journal', [range(0n, 49n)]],
        ['00000002.segment', [range(50n, 99n)]],
        ['00000003.journal', [range(100n, 149n)]],
      ],
      ['00000002.segment'],
    ],
    [
      'not what replaced a part of one that stays',
      [
        ['00000001.segment', [range(0n, 120n)]],
        ['00000002.segment', [range(40n, 60n)]],
        ['00000003.segment', [range(61n, 70n), range(80n, 90n)]],
        ['00000004.segment', [range(100n, 149n)]],
      ],
      [],
    ],
    [
      'what was replaced, and what replaced it, in this order',
      [
        ['00000001.segment', [range(0n, 60n)]],
        ['00000002.segment', [range(40n, 60n)]],
        ['00000003.segment', [range(100n, 149n)]],
      ],
      ['00000001.segment', '00000002.segment'],
    ],
  ])('are %s', (_, files, expected) => {
    const volumes = files.map(([name, ranges]) => ({ name, ranges }));
    expect(removable(volumes, 100n).map(({ name }) => name)).toEqual(expected);
  });
});

describe('dropping old files', () => {
  let test: TestDatabase;
  const folders = createFolders();
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => {
    await test.drop();
    await folders.remove();
  });

  it('removes them, says so, and leaves an archive that goes on', async () => {
    await storeDays(
      test,
      [
        { slot: 10n, day: 0 },
        { slot: 60n, day: 40 },
        { slot: 160n, day: 75 },
      ],
      160n,
    );
    const dir = await folders.make();
    const archive = await openArchive({ dir, genesisHash: GENESIS, scope: SCOPE });
    for (const from of [0n, 50n, 150n]) {
      await archive.append(batchOf(range(from, from + 49n), [], from));
      await archive.rotate();
    }
    expect(await dropSegments(test.database, dir, 90)).toBe(0);
    expect((await readKept(test.database.pool)).archiveFromSlot).toBeNull();
    expect(await dropSegments(test.database, dir, 40)).toBe(1);
    expect(await readKept(test.database.pool)).toEqual({ eventsFromSlot: null, archiveFromSlot: 60n });
    await archive.append(batchOf(range(200n, 249n), [], 200n));
    await archive.close();
    const { pieces, damaged, finalSlot } = await openShelf(dir);
    expect(pieces.map(({ from, to }) => [from, to])).toEqual([
      [50n, 99n],
      [150n, 199n],
      [200n, 249n],
    ]);
    expect([damaged, finalSlot]).toEqual([[], 200n]);
    expect(await readdir(dir)).not.toContain('00000001.segment');
  });
});
