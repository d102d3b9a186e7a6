import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { percentile } from '../percentile.js';
import { rounded } from '../report.js';
import type { LocalnetBench } from './figures.js';
import { startLocalnet } from './process.js';

/** From starting the command on a folder that is not there to its first answer; Node doing nothing is the limit. */
export async function measureStart(bench: LocalnetBench): Promise<void> {
  const { dataDir, profileDir, runs, report, progress } = bench;
  const starts: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const localnet = await startLocalnet({ dataDir: join(dataDir, String(run)), profileDir });
    await localnet.stop();
    starts.push(localnet.startMs);
    const since = performance.now();
    spawnSync(process.execPath, ['--eval', '0']);
    bare.push(performance.now() - since);
    progress(`run ${run + 1} of ${runs}: ${starts.at(-1)?.toFixed(0)} ms`);
  }
  report({
    figure: 'start_ms',
    value: rounded(percentile(starts, 0.5), 0),
    unit: 'ms',
    runs,
    against: { name: 'node that does nothing', value: rounded(percentile(bare, 0.5), 0) },
  });
}
