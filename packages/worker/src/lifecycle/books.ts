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

/** What a run was paid. */
interface Pay {
  market: string;
  /** Base units of NOS. */
  earned: bigint;
  /** Paid for; of a job whose account is gone, from taking it to handing it in. */
  seconds: bigint;
  /** Unix seconds. */
  endedAt: bigint;
}

function payOf({ market, price, timeout, startedAt: start, endedAt: end }: Job): Pay {
  const earned = settlement.paid({ price, timeout }, { start, end });
  const seconds = end - start < timeout ? end - start : timeout;
  return { market, earned, seconds, endedAt: end };
}

/** Jobs asked for at once. */
const BATCH = 50;

export function createBooks({ node, dir, reader, store, log, kill }: BooksDeps): Books {
  /** Of whose pay the RPC does not tell. */
  const asked = new Set<string>();

  async function enter(entry: Settling, pay: Pay): Promise<void> {
    await appendEarning(dir, {
      at: new Date(Number(pay.endedAt) * 1000).toISOString(),
      job: entry.job,
      run: entry.run,
      market: pay.market,
      seconds: Number(pay.seconds),
      earned: pay.earned.toString(),
    });
    const { book } = store.get();
    await store.update({
      settling: without(entry),
      book: { jobs: book.jobs + 1, earned: book.earned + pay.earned },
    });
    log.info({ job: entry.job, earned: Number(pay.earned) / 1e6 }, 'the pay for a job is final');
  }

  /** Enters a job whose account was closed before, from the transaction that paid for it. */
  async function enterClosed(entry: Settling): Promise<void> {
    let payment: Awaited<ReturnType<ChainReader['paymentOf']>>;
    try {
      payment = await reader.paymentOf(entry.run, kill);
    } catch (error) {
      kill.throwIfAborted();
      if (!asked.has(entry.run)) {
        log.warn({ job: entry.job, err: error }, 'cannot find out what a closed job has paid; asking again');
      }
      asked.add(entry.run);
      return;
    }
    if (payment) {
      const { market, amount, startedAt, endedAt } = payment;
      await enter(entry, { market, earned: amount, seconds: endedAt - startedAt, endedAt });
    } else {
      await store.update({ settling: without(entry) });
      log.info({ job: entry.job }, 'a job that was closed has paid nothing for the run');
    }
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
        if (job?.state === JOB_DONE && job.node === node) await enter(entry, payOf(job));
        else if (slot < entry.slot) continue;
        else if (job === null) await enterClosed(entry);
        // Given back, or undone by a fork: whoever runs it next is paid.
        else await store.update({ settling: without(entry) });
      }
    },
  };
}
