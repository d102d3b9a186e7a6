import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository: the launcher runs from apps/launcher/dist/stack. */
export const REPOSITORY_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** Programs that the stack consists of. */
export const SCRIPTS = {
  postgres: fileURLToPath(new URL('./postgres-child.js', import.meta.url)),
  demo: fileURLToPath(new URL('../demo/main.js', import.meta.url)),
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
