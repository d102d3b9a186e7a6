import {
  type createNosanaClient,
  type Job,
  type Market,
  MarketQueueType,
  MonitorEventType,
  type Run,
} from '@nosana/kit';
import type { Address } from '@solana/kit';

type Client = ReturnType<typeof createNosanaClient>;

/** States of a job as clients of the network number them. */
const RUNNING = 1;
const DONE = 2;
const STOPPED = 3;

/** What such an index holds of a job: its account as it was last seen, by address. */
interface Row {
  state: number;
  readonly market: Address;
  readonly price: number;
  timeout: number;
  node: Address;
  timeStart: number;
  timeEnd: number;
  ipfsResult: string | null;
}

/** What its readers are told. */
export interface AccountsOnlyView {
  readonly jobs: number;
  readonly queued: number;
  readonly running: number;
  readonly done: number;
  readonly stopped: number;
  /** NOS base units that it computes as paid: seconds, at most the timeout, times price, of the jobs that are done. */
  readonly paid: bigint;
}

/**
 * An index of accounts instead of transactions, by the rules of the network's own indexer as published: notifications
 * of the official client and sweeps over all accounts; a row follows a job to higher states only, except that its
 * timeout or result may change; queued jobs leave when their market's queue and their account are gone.
 */
export interface AccountsOnlyIndex {
  /** Follows notifications until stopped; of those, `misses` says which never arrive. */
  follow(misses: () => boolean): Promise<{ stop(): Promise<void> }>;
  /** Reads all accounts, as it does at its start and every few minutes. */
  sweep(): Promise<void>;
  view(): AccountsOnlyView;
}

export function createAccountsOnlyIndex(client: Client): AccountsOnlyIndex {
  const rows = new Map<Address, Row>();

  const seeJob = (job: Job): void => {
    const seen: Row = {
      state: Number(job.state),
      market: job.market,
      price: Number(job.price),
      timeout: Number(job.timeout),
      node: job.node,
      timeStart: Number(job.timeStart),
      timeEnd: Number(job.timeEnd),
      ipfsResult: job.ipfsResult,
    };
    const row = rows.get(job.address);
    if (row === undefined) {
      rows.set(job.address, seen);
      return;
    }
    const later = seen.state > row.state || seen.timeout > row.timeout || seen.ipfsResult !== row.ipfsResult;
    if (!later) return;
    const { state, node, timeStart } = seen.state < row.state ? row : seen;
    rows.set(job.address, { ...seen, state, node, timeStart });
  };

  const seeRun = async (run: Run): Promise<void> => {
    const job = await client.jobs.get(run.job, false).catch(() => null);
    if (job !== null) seeJob({ ...job, state: RUNNING, timeStart: run.time, node: run.node });
  };

  const seeMarket = async (market: Market): Promise<void> => {
    const waiting = market.queueType === MarketQueueType.JOB_QUEUE ? market.queue : [];
    for (const [address, row] of rows) {
      if (row.market !== market.address || row.state !== 0 || waiting.includes(address)) continue;
      const job = await client.jobs.get(address, false).catch(() => null);
      if (job === null) rows.delete(address);
    }
  };

  return {
    async follow(misses) {
      const [events, stop] = await client.jobs.monitorDetailed();
      const ended = (async () => {
        for await (const event of events) {
          if (misses()) continue;
          if (event.type === MonitorEventType.JOB) seeJob(event.data);
          else if (event.type === MonitorEventType.RUN) await seeRun(event.data);
          else await seeMarket(event.data);
        }
      })();
      return {
        async stop() {
          stop();
          await ended;
        },
      };
    },
    async sweep() {
      for (const job of await client.jobs.all(undefined, true)) seeJob(job);
      for (const market of await client.jobs.markets()) await seeMarket(market);
    },
    view() {
      const all = [...rows.values()];
      const count = (wanted: number): number => all.filter(({ state }) => state === wanted).length;
      const paid = all
        .filter(({ state }) => state === DONE)
        .map(({ timeStart, timeEnd, timeout, price }) =>
          BigInt(Math.round(Math.min(Math.max(timeEnd - timeStart, 0), timeout) * price)),
        );
      return {
        jobs: all.length,
        queued: count(0),
        running: count(RUNNING),
        done: count(DONE),
        stopped: count(STOPPED),
        paid: paid.reduce((sum, amount) => sum + amount, 0n),
      };
    },
  };
}
