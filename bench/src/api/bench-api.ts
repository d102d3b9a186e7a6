import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createApi } from '@inferscan/api';
import { connectDatabase, migrate, startEmbeddedPostgres } from '@inferscan/db';
import { countNetworkHours, foldHardware, rebuildSome } from '@inferscan/indexer/parts';

import type { BenchOptions } from '../benches.js';
import { NETWORK } from '../history/parties.js';
import { writeHistory } from '../history/write-archive.js';
import { replay } from '../indexer/replay.js';
import { rounded } from '../report.js';
import { askAll } from './ask.js';
import { addDocuments } from './documents.js';
import { questionsAbout } from './questions.js';
import { findSubjects } from './subjects.js';

const SEED = 1;
const DEFAULT_JOBS = 100_000;
/** What an answer may take, milliseconds. */
const LIMIT_MS = 100;

/** Loads a generated history and asks the API everything that pages ask it, about those who have most. */
export async function benchApi({
  runs,
  jobs = DEFAULT_JOBS,
  profileDir,
  report,
}: BenchOptions): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-bench-'));
  const progress = (line: string): void => void process.stderr.write(`api: ${line}\n`);
  const server = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres') });
  try {
    await migrate(server.url);
    const archive = join(dir, 'archive');
    const transactions = await writeHistory(archive, { seed: SEED, jobs });
    progress(`${transactions} transactions generated`);
    await replay(archive, server.url, { profileDir, stages: false });
    const database = connectDatabase(server.url);
    try {
      progress('replayed; now documents and figures');
      await addDocuments(database);
      while (await rebuildSome(database)) {}
      while (await countNetworkHours(database)) {}
      while (await foldHardware(database)) {}
      const subjects = await findSubjects(database);
      const api = createApi({
        database,
        cluster: NETWORK.cluster,
        pinning: { pinJson: () => Promise.reject(new Error('nothing is pinned')) },
        config: { rpcUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1', faucetUrl: null },
        tokenBalance: async () => null,
        now: () => subjects.now * 1_000,
      });
      progress('asking');
      for (const { name, p50, p95 } of await askAll(api, questionsAbout(subjects), runs)) {
        const against = { name: 'what an answer may take', value: LIMIT_MS };
        report({ figure: `${name} p50_ms`, value: rounded(p50, 1), unit: 'ms', runs, against });
        report({ figure: `${name} p95_ms`, value: rounded(p95, 1), unit: 'ms', runs, against });
      }
      await api.close();
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
