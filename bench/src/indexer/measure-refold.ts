import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { migrate, startEmbeddedPostgres } from '@inferscan/db';
import { z } from 'zod';

import { writeHistory } from '../history/write-archive.js';
import { percentile } from '../percentile.js';
import { rounded } from '../report.js';
import type { IndexerBench } from './figures.js';
import { replay } from './replay.js';

const SEED = 1;
const CLI = fileURLToPath(import.meta.resolve('@inferscan/indexer/cli'));

const Outcome = z.object({
  events: z.number().positive(),
  foldSeconds: z.number(),
  compareSeconds: z.number(),
  applySeconds: z.number(),
  tables: z.array(
    z.object({ table: z.string(), missing: z.literal(0), changed: z.literal(0), extra: z.literal(0) }),
  ),
});
type Outcome = z.output<typeof Outcome>;

/** The whole of `refold`, but for starting the process, on tables that a replay filled: it must find nothing to change. */
export async function measureRefold({ dir, jobs, runs, report, progress }: IndexerBench): Promise<void> {
  const archive = join(dir, 'archive');
  await writeHistory(archive, { seed: SEED, jobs }, () => {});
  const server = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), database: 'refold' });
  const rates: number[] = [];
  const folded: number[] = [];
  try {
    await migrate(server.url);
    await replay(archive, server.url, { profileDir: undefined, stages: false });
    for (let run = 0; run < runs; run += 1) {
      const { events, foldSeconds, compareSeconds, applySeconds } = await refoldOnce(server.url);
      rates.push(events / (foldSeconds + compareSeconds + applySeconds));
      folded.push(events / foldSeconds);
      progress(`run ${run + 1} of ${runs}: ${events} events, ${rounded(rates[run] ?? 0, 0)}/s`);
    }
  } finally {
    await server.stop();
  }
  const median = (values: readonly number[]): number => rounded(percentile(values, 0.5), 0);
  report({ figure: 'refold_events_per_s', value: median(rates), unit: '1/s', runs });
  report({ figure: 'refold_without_comparing_events_per_s', value: median(folded), unit: '1/s', runs });
}

async function refoldOnce(databaseUrl: string): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, 'refold', '--json'], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    printed += part;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`refold ended with ${code}`);
  return Outcome.parse(JSON.parse(printed));
}
