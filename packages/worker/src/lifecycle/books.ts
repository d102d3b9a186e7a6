import { settlement } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { JOB_DONE, type Job } from '../chain/accounts.js';
import type { ChainReader } from '../chain/reader.js';
import type { Logger } from '../log.js';
import { appendEarning } from '../state/earnings-file.js';
import type { CurrentRun, Settling } from '../state/record.js';
import type { StateStore } from '../state/store.js';

export interface BooksDeps {
  node: Address;
  /** Where the list of earnings lies. */
  dir: string;
  reader: ChainReader;
  store: StateStore;
  log: Logger;
  kill: AbortSignal;
}

/** The node's own books: what it earned, job by job, as far as no fork can undo it. */
export interface Books {
  /** What `settling` becomes when a run is over. */
  withRun(run: CurrentRun): Settling[];
  /** Enters what has become final since. */
  enterFinal(): Promise<void>;
}

/** Jobs asked for at once. */
const BATCH = 50;

export function createBooks({ node, dir, reader, store, log, kill }: BooksDeps): Books {
  async function enter(entry: Settling, job: Job): Promise<void> {
    const { price, timeout, startedAt: start, endedAt: end } = job;
    const earned = settlement.paid({ price, timeout }, { start, end });
    await appendEarning(dir, {
      at: new Date(Number(end) * 1000).toISOString(),
      job: entry.job,
      run: entry.run,
      market: job.market,
      seconds: Math.min(Number(end - start), Number(timeout)),
      earned: earned.toString(),
    });
    const { book } = store.get();
    await store.update({
      settling: without(entry),
      book: { jobs: book.jobs + 1, earned: book.earned + earned },
    });
    log.info({ job: entry.job, earned: Number(earned) / 1e6 }, 'the pay for a job is final');
  }

  /** By job: one that was handed back, and came again, is paid for once. */
  const without = ({ job }: Pick<Settling, 'job'>): Settling[] =>
    store.get().settling.filter((entry) => entry.job !== job);

  return {
    withRun: ({ run, job }) => [...without({ job }), { run, job, slot: reader.latestSlot() }],

    async enterFinal() {
      const entries = store.get().settling.slice(0, BATCH);
      if (entries.length === 0) return;
      const { slot, jobs } = await reader.finalJobs(
        entries.map(({ job }) => job),
        kill,
      );
      for (const [index, entry] of entries.entries()) {
        const job = jobs[index] ?? null;
        if (job?.state === JOB_DONE && job.node === node) await enter(entry, job);
        else if (slot >= entry.slot) {
          // Given back, or undone by a fork: whoever runs it next is paid.
          await store.update({ settling: without(entry) });
          if (job === null) log.warn({ job: entry.job }, 'a job was closed before its pay could be entered');
        }
      }
    },
  };
}
