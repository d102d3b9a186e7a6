import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { removeAbandoned } from '../src/testing/abandoned.js';

const PREFIX = 'server-';
const NOW = Date.now();
/** Linux gives no process such a number. */
const NOBODY = 2 ** 30;
let parent: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'inferscan-abandoned-'));
});
afterAll(() => rm(parent, { recursive: true }));

async function folder(name: string, hoursAgo: number, pid?: number): Promise<string> {
  const path = join(parent, name);
  await mkdir(join(path, 'cluster'), { recursive: true });
  if (pid !== undefined) await writeFile(join(path, 'cluster', 'postmaster.pid'), `${pid}\n/data\n`);
  const at = new Date(NOW - hoursAgo * 3_600_000);
  await utimes(path, at, at);
  return path;
}

it('removes what killed runs left, and nothing that anybody uses', async () => {
  const gone = [await folder('server-dead', 24, NOBODY), await folder('server-never-started', 24)];
  const kept = [
    await folder('server-running', 24, process.pid),
    await folder('server-new', 1, NOBODY),
    await folder('other', 24, NOBODY),
  ];
  expect(await removeAbandoned(parent, PREFIX, NOW)).toBe(2);
  expect(gone.filter(existsSync)).toEqual([]);
  expect(kept.filter(existsSync)).toEqual(kept);
  expect(await removeAbandoned(parent, PREFIX, NOW)).toBe(0);
});
