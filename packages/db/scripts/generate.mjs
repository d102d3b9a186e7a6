// Generates the Prisma client from prisma/schema.prisma without the network.
//
// Prisma's CLI insists on its native schema engine, which it downloads, although generating never runs it.
// An executable that exits 1 satisfies the check; `prisma migrate` is not used here (see src/migrations).
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageDir = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'inferscan-generate-'));
const windows = process.platform === 'win32';
const engine = join(folder, windows ? 'engine.cmd' : 'engine');
try {
  writeFileSync(engine, windows ? '@exit /b 1\r\n' : '#!/bin/sh\nexit 1\n');
  chmodSync(engine, 0o755);
  const prisma = createRequire(import.meta.url).resolve('prisma/build/index.js');
  const { status, error, stdout, stderr } = spawnSync(process.execPath, [prisma, 'generate'], {
    cwd: packageDir,
    encoding: 'utf8',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? engine,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`);
    process.stderr.write('prisma generate failed: see the lines above; the schema is prisma/schema.prisma\n');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
