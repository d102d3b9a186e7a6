import {
  JobState,
  type Market,
  MarketQueueType,
  type MonitorEvent,
  MonitorEventType,
  type SimpleMonitorEvent,
} from '@nosana/kit';
import type { Address } from '@solana/kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support.js';
import {
  joinMarket,
  type KitNet,
  listJob,
  OTHER_CID,
  openMarket,
  type Party,
  startKitNet,
} from './support.js';

/** What a stream has told so far, and how to end it. */
interface Watch<Event> {
  readonly events: readonly Event[];
  /** Asks the stream to stop, and waits until it has. */
  stop(): Promise<void>;
}

describe('monitoring by @nosana/kit', () => {
  let net: KitNet;
  let poster: Party;
  let node: Party;
  let market: Market;
  const watches: Watch<unknown>[] = [];

  beforeAll(async () => {
    net = await startKitNet();
    poster = await net.party({ nos: 1_000_000_000n });
    node = await net.party({ stake: { amount: 1n, days: 14 } });
    market = await openMarket(poster, { jobPrice: 10 });
  });
  afterEach(async () => {
    for (const watch of watches.splice(0)) await watch.stop();
  });
  afterAll(() => net.stop());

  /** Starts to watch. The kit subscribes at some time after it was asked to, so this pokes until it hears. */
  const watch = async <Event>(
    monitor: Promise<[AsyncIterable<Event>, () => void]>,
  ): Promise<Watch<Event>> => {
    const [stream, stop] = await monitor;
    const events: Event[] = [];
    const ended = (async () => {
      for await (const event of stream) events.push(event);
    })();
    const started: Watch<Event> = {
      events,
      async stop() {
        stop();
        await ended;
      },
    };
    watches.push(started);
    await until('the first event', async () => {
      if (events.length > 0) return true;
      await touchMarket();
      return false;
    });
    return started;
  };

  /** Changes the market's account by a lamport, which every watcher hears of. Costs nobody anything. */
  const touchMarket = async (): Promise<void> => {
    const { value } = await poster.client.solana.rpc
      .getAccountInfo(market.address, { encoding: 'base64', commitment: 'processed' })
      .send();
    if (value === null) throw new Error('the market is gone');
    const { owner, data, executable } = value;
    const touched = { lamports: Number(value.lamports) + 1, owner, data, executable };
    await net.control('setAccount', market.address, touched);
    await net.control('step');
  };

  const jobStates = (events: readonly (SimpleMonitorEvent | MonitorEvent)[], job: Address) =>
    events.flatMap((event) =>
      event.type === MonitorEventType.JOB && event.data.address === job ? [event.data.state] : [],
    );
  const seen = (what: string, probe: () => boolean) => until(what, async () => probe());

  it('tells of a whole job, with its run as part of the job', async () => {
    const { events } = await watch(poster.client.jobs.monitor());
    const { job } = await listJob(poster, { market: market.address, timeout: 600 });
    await seen('the listed job', () => jobStates(events, job).includes(JobState.QUEUED));
    await seen('the queue with it', () =>
      events.some(
        (event) =>
          event.type === MonitorEventType.MARKET &&
          event.data.address === market.address &&
          event.data.queueType === MarketQueueType.JOB_QUEUE &&
          event.data.queue[0] === job,
      ),
    );
    const { run } = await joinMarket(node, market.address);
    await seen('the running job', () => jobStates(events, job).includes(JobState.RUNNING));
    expect(events).toContainEqual({
      type: MonitorEventType.JOB,
      data: {
        ...(await poster.client.jobs.get(job)),
        state: JobState.RUNNING,
        node: node.address,
        timeStart: (await poster.client.jobs.run(run)).time,
      },
    });
    await node.send(await node.client.jobs.finish({ job, ipfsResultsHash: OTHER_CID }));
    await seen('the finished job', () => jobStates(events, job).includes(JobState.COMPLETED));
    expect(events).toContainEqual({ type: MonitorEventType.JOB, data: await poster.client.jobs.get(job) });
    // In the order in which it went, however often each was told.
    const states = jobStates(events, job);
    expect([...states].sort()).toEqual(states);
    expect(events.every((event) => event.type !== (MonitorEventType.RUN as string))).toBe(true);
  });

  it('tells of runs by themselves in detail, to several who listen', async () => {
    const detailed = await watch(poster.client.jobs.monitorDetailed());
    const simple = await watch(node.client.jobs.monitor());
    const { run: waiting } = await joinMarket(node, market.address);
    await seen('the node in the queue', () =>
      detailed.events.some(
        (event) =>
          event.type === MonitorEventType.MARKET &&
          event.data.queueType === MarketQueueType.NODE_QUEUE &&
          event.data.queue.includes(node.address),
      ),
    );
    const { job, run } = await listJob(poster, { market: market.address, timeout: 60 });
    await seen('the run', () => detailed.events.some((event) => event.type === MonitorEventType.RUN));
    expect(detailed.events).toContainEqual({
      type: MonitorEventType.RUN,
      data: await poster.client.jobs.run(run),
    });
    // Detailed events say of the job what its own account says; no run was made for the node when it queued.
    expect(jobStates(detailed.events, job)).not.toContain(JobState.RUNNING);
    await seen('the running job', () => jobStates(simple.events, job).includes(JobState.RUNNING));
    await node.send(await node.client.jobs.quit({ run }));
    await seen('the stopped job', () => jobStates(detailed.events, job).includes(JobState.STOPPED));
    expect(detailed.events.flatMap((event) => event.data.address)).not.toContain(waiting);
  });

  it('ends when it is told to, and hears nothing more', async () => {
    const first = await watch(poster.client.jobs.monitorDetailed());
    const second = await watch(poster.client.jobs.monitorDetailed());
    await first.stop();
    const heard = first.events.length;
    const { job } = await listJob(poster, { market: market.address, timeout: 60 });
    await seen('the job by the other', () => jobStates(second.events, job).includes(JobState.QUEUED));
    expect(first.events).toHaveLength(heard);
    await poster.send(await poster.client.jobs.delist({ job }));
  });

  it('goes on after its connection broke', async () => {
    const { events } = await watch(poster.client.jobs.monitor());
    await net.control('setFaults', { seed: 1, dropSocket: 1 });
    const broken = Date.now();
    await touchMarket();
    await net.control('setFaults', null);
    const heard = events.length;
    await until('events after the break', async () => {
      if (events.length > heard) return true;
      await touchMarket();
      return false;
    });
    // The kit tries again after five seconds; without the break it would have heard of the first market.
    expect(Date.now() - broken).toBeGreaterThan(4_000);
  });
});
