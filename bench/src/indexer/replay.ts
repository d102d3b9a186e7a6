import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Stages } from './stages.js';

const PROCESS = fileURLToPath(new URL('./replay-process.js', import.meta.url));

/** What a replay of an archive into an empty database took. */
export interface ReplayOutcome {
  readonly transactions: number;
  readonly seconds: number;
  /** Time in which rows were made or waited for: what writing adds to folding. */
  readonly writeSeconds: number;
  /** Processor time of the indexer, all threads; the database's is not in it. */
  readonly processorSeconds: number;
  /** Most memory of the indexer, and most in the first half. */
  readonly peakMb: number;
  readonly midMb: number;
  readonly stages: Stages | null;
}

/** Replays in a process of its own. @throws Error when it fails */
export async function replay(
  dir: string,
  databaseUrl: string,
  { profileDir, stages }: { readonly profileDir: string | undefined; readonly stages: boolean },
): Promise<ReplayOutcome> {
  const profile = profileDir === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDir];
  const child = spawn(
    process.execPath,
    [...profile, PROCESS, dir, databaseUrl, stages ? 'stages' : 'replay'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let printed = '';
  child.stdout.on('data', (data: Buffer) => {
    printed += data.toString('utf8');
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the replay ended with ${code}`);
  return JSON.parse(printed) as ReplayOutcome;
}
