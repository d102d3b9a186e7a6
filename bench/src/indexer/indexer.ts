import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { BenchOptions } from '../benches.js';
import { INDEXER_FIGURES } from './figures.js';

const DEFAULT_JOBS = 20_000;

/** Measures the indexer on a generated history and a real Postgres server of its own. */
export async function benchIndexer({ only, jobs, ...options }: BenchOptions): Promise<void> {
  for (const [figure, measure] of Object.entries(INDEXER_FIGURES)) {
    if (only !== undefined && only !== figure) continue;
    const dir = await mkdtemp(join(tmpdir(), 'inferscan-bench-'));
    const progress = (line: string): void => void process.stderr.write(`${figure}: ${line}\n`);
    try {
      await measure({ ...options, jobs: jobs ?? DEFAULT_JOBS, dir, progress });
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
}
