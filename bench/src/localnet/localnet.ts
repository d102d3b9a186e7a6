import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from '../benches.js';
import { LOCALNET_FIGURES } from './figures.js';

/** Measures the localnet as a process of its own, each figure on a fresh chain. */
export async function benchLocalnet({ only, ...options }: BenchOptions): Promise<void> {
  for (const [figure, measure] of Object.entries(LOCALNET_FIGURES)) {
    if (only !== undefined && only !== figure) continue;
    const dataDir = mkdtempSync(join(tmpdir(), 'inferscan-bench-'));
    const progress = (line: string): void => void process.stderr.write(`${figure}: ${line}\n`);
    try {
      await measure({ ...options, dataDir, progress });
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
}
