// `npm run bench -- NAME`: builds what changed, then measures.
import { join } from 'node:path';
import { build, ensureInstalled, ROOT, requireNode, run } from './bootstrap.mjs';

requireNode();
await ensureInstalled();
await build();
// As nodes run (docs/worker.md), and so do the engines beside them: memory in huge pages where the system gives some.
const env = { GLIBC_TUNABLES: process.env.GLIBC_TUNABLES ?? 'glibc.malloc.hugetlb=1' };
process.exitCode = await run(
  process.execPath,
  [join(ROOT, 'bench', 'dist', 'cli.js'), ...process.argv.slice(2)],
  { env },
);
