import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository: the launcher runs from apps/launcher/dist/stack. */
export const REPOSITORY_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** Version of the project, as its package.json says. */
export function projectVersion(): string {
  const found: unknown = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'package.json'), 'utf8'));
  if (typeof found === 'object' && found !== null && 'version' in found) return String(found.version);
  throw new Error('package.json has no version');
}

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
