// A replay as a process of its own, so that its memory is its own: `replay-process.js ARCHIVE DATABASE_URL`.
import { connectDatabase } from '@inferscan/db';
import { createArchiveSource, createPostgresStore, follow } from '@inferscan/indexer/parts';

import { NETWORK } from '../history/parties.js';
import type { ReplayOutcome } from './replay.js';
import { measureStages } from './stages.js';

const [, , dir = '', databaseUrl = '', withStages] = process.argv;
const MB = 2 ** 20;

const database = connectDatabase(databaseUrl);
const source = createArchiveSource({ dir });
const inner = createPostgresStore({ database, cluster: NETWORK.cluster });
await inner.open(await source.genesisHash(AbortSignal.abort()));

let write = 0;
const timed = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const since = performance.now();
  try {
    return await work();
  } finally {
    write += performance.now() - since;
  }
};
/** What the fold has to wait for: making rows, and the database where it is slower. */
const store: typeof inner = {
  ...inner,
  commit: (batch) => timed(() => inner.commit(batch)),
  async bulkLoad(waiting) {
    const load = await timed(() => inner.bulkLoad(waiting));
    if (load === null) return null;
    return {
      get committedSlot() {
        return load.committedSlot;
      },
      add(transaction, changes) {
        const since = performance.now();
        load.add(transaction, changes);
        write += performance.now() - since;
      },
      batchEnds: (added) => timed(() => load.batchEnds(added)),
      finish: (onStep, signal) => timed(() => load.finish(onStep, signal)),
      close: (keep) => timed(() => load.close(keep)),
    };
  },
};
let transactions = 0;
const memory: number[] = [];
/** Transactions between two looks at the memory: asking for it is not free. */
const PER_LOOK = 1_000;
const since = performance.now();
const processorBefore = process.cpuUsage();
await follow(
  {
    source,
    store,
    network: NETWORK,
    onProgress: (progress) => {
      transactions += progress.transactions;
      if (transactions >= memory.length * PER_LOOK) memory.push(process.memoryUsage.rss() / MB);
    },
  },
  new AbortController().signal,
);
const seconds = (performance.now() - since) / 1_000;
const { user, system } = process.cpuUsage(processorBefore);
await database.close();
const outcome: ReplayOutcome = {
  transactions,
  seconds,
  writeSeconds: write / 1_000,
  processorSeconds: (user + system) / 1e6,
  peakMb: Math.max(...memory),
  midMb: Math.max(...memory.slice(0, Math.ceil(memory.length / 2))),
  stages: withStages === 'stages' ? await measureStages(dir) : null,
};
process.stdout.write(`${JSON.stringify(outcome)}\n`);
