import { join } from 'node:path';

import { connectDatabase, type EmbeddedPostgres, migrate, startEmbeddedPostgres } from '@inferscan/db';

import { writeHistory } from '../history/write-archive.js';
import { percentile } from '../percentile.js';
import { type Figure, rounded } from '../report.js';
import { copyRows } from './copy-limit.js';
import type { IndexerBench } from './figures.js';
import { type ReplayOutcome, replay } from './replay.js';

const SEED = 1;

interface Run extends ReplayOutcome {
  readonly copySeconds: number;
}

/** From an archive to all tables, as fast as it goes; COPY of the same rows in the same run is the limit. */
export async function measureReplay(bench: IndexerBench): Promise<void> {
  const { dir, jobs, runs, report, progress } = bench;
  const archive = join(dir, 'archive');
  const since = performance.now();
  let told = 0;
  const transactions = await writeHistory(archive, { seed: SEED, jobs }, (written) => {
    if (written - told < 100_000) return;
    told = written;
    progress(`${written} transactions generated`);
  });
  progress(`${transactions} transactions in ${((performance.now() - since) / 1_000).toFixed(0)} s`);
  const server = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), database: 'replay_0' });
  const measured: Run[] = [];
  try {
    for (let run = 0; run < runs; run += 1) {
      const done = await replayOnce(bench, server, archive, run);
      measured.push(done);
      const [rate, limit] = [done.seconds, done.copySeconds].map((s) => (transactions / s).toFixed(0));
      progress(`run ${run + 1} of ${runs}: ${rate}/s, ${limit}/s by COPY`);
    }
  } finally {
    await server.stop();
  }
  for (const figure of figuresOf(measured)) report({ ...figure, runs });
}

async function replayOnce(
  { profileDir }: IndexerBench,
  server: EmbeddedPostgres,
  archive: string,
  run: number,
): Promise<Run> {
  const [target, limit] = [
    await emptyDatabase(server, `replay_${run}`),
    await emptyDatabase(server, 'copied'),
  ];
  const outcome = await replay(archive, target, { profileDir, stages: true });
  const [from, to] = [connectDatabase(target), connectDatabase(limit)];
  try {
    return { ...outcome, copySeconds: await copyRows(server, from, to) };
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

/** A migrated database without rows. */
async function emptyDatabase({ url }: EmbeddedPostgres, name: string): Promise<string> {
  const admin = connectDatabase(urlOf(url, 'postgres'));
  try {
    await admin.pool.query(`DROP DATABASE IF EXISTS ${name}`);
    await admin.pool.query(`CREATE DATABASE ${name}`);
  } finally {
    await admin.close();
  }
  const made = urlOf(url, name);
  await migrate(made);
  return made;
}

function urlOf(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.toString();
}

function figuresOf(runs: readonly Run[]): Omit<Figure, 'runs'>[] {
  const median = (value: (run: Run) => number): number => percentile(runs.map(value), 0.5);
  const seconds = (figure: string, value: (run: Run) => number): Omit<Figure, 'runs'> => ({
    figure,
    value: rounded(median(value), 2),
    unit: 's',
  });
  const byCopy = {
    name: 'COPY of the same rows',
    value: rounded(
      median((run) => run.transactions / run.copySeconds),
      0,
    ),
  };
  return [
    {
      figure: 'replay_tx_per_s',
      value: rounded(
        median((run) => run.transactions / run.seconds),
        0,
      ),
      unit: '1/s',
      against: byCopy,
    },
    {
      figure: 'replay_vs_copy',
      value: rounded(
        median((run) => run.seconds / run.copySeconds),
        2,
      ),
      unit: 'times',
    },
    seconds('fetch_s', ({ stages }) => stages?.fetch ?? 0),
    seconds('decode_s', ({ stages }) => stages?.decode ?? 0),
    seconds('fold_s', ({ stages }) => stages?.fold ?? 0),
    seconds('write_s', ({ writeSeconds }) => writeSeconds),
    seconds('replay_processor_s', ({ processorSeconds }) => processorSeconds),
    {
      figure: 'rss_mb',
      value: rounded(
        median(({ peakMb }) => peakMb),
        0,
      ),
      unit: 'MB',
      against: {
        name: 'the most in the first half',
        value: rounded(
          median(({ midMb }) => midMb),
          0,
        ),
      },
    },
  ];
}
