import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository, above this file, however deep the build puts it. */
export const REPOSITORY_ROOT = rootAbove(dirname(fileURLToPath(import.meta.url)));

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package-lock.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('the launcher does not lie in its repository');
  return rootAbove(parent);
}

const LAUNCHER = join(REPOSITORY_ROOT, 'apps', 'launcher', 'dist');

/** Loaded into every child before its own program. */
export const PRELOAD = join(LAUNCHER, 'process', 'exit-with-parent.js');

/** Programs that the stack consists of. */
export const SCRIPTS = {
  postgres: join(LAUNCHER, 'stack', 'postgres-child.js'),
  demo: join(LAUNCHER, 'demo', 'main.js'),
  localnet: join(REPOSITORY_ROOT, 'packages', 'localnet', 'dist', 'cli.js'),
  storage: join(REPOSITORY_ROOT, 'packages', 'storage', 'dist', 'cli.js'),
  worker: join(REPOSITORY_ROOT, 'packages', 'worker', 'dist', 'cli.js'),
  indexer: join(REPOSITORY_ROOT, 'apps', 'indexer', 'dist', 'cli.js'),
} as const;

export const WEB_DIR = join(REPOSITORY_ROOT, 'apps', 'web');

/** Next's own command, as the web app resolves it. */
export function nextScript(): string {
  return createRequire(join(WEB_DIR, 'package.json')).resolve('next/dist/bin/next');
}
