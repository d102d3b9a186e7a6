import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BENCHES } from '../src/benches.js';
import { LOCALNET_FIGURES } from '../src/localnet/figures.js';
import { folderMegabytes } from '../src/localnet/folder-size.js';

test('every figure of the localnet can be asked for by its name', () => {
  expect([...(BENCHES.get('localnet')?.figures ?? [])].sort()).toEqual(Object.keys(LOCALNET_FIGURES).sort());
});

test('the size of a folder is that of all files in it and below', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  try {
    expect(await folderMegabytes(folder)).toBe(0);
    await mkdir(join(folder, 'a', 'b'), { recursive: true });
    writeFileSync(join(folder, 'one'), Buffer.alloc(3 * 2 ** 20));
    writeFileSync(join(folder, 'a', 'b', 'two'), Buffer.alloc(2 ** 19));
    expect(await folderMegabytes(folder)).toBe(3.5);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
