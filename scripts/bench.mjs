// `npm run bench -- NAME`: builds what changed, then measures.
import { join } from 'node:path';
import { build, ensureInstalled, ROOT, requireNode, run } from './bootstrap.mjs';

requireNode();
await ensureInstalled('all');
await build();
process.exitCode = await run(process.execPath, [
  join(ROOT, 'bench', 'dist', 'cli.js'),
  ...process.argv.slice(2),
]);
