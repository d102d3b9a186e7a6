import { describe, expect, it } from 'vitest';
import { addr } from './support/addresses.js';
import { alice, openWorld } from './support/open-world.js';
import { replay } from './support/replay.js';
import { createWorld } from './support/world.js';

describe('an admin', () => {
  it('closes a run and leaves the job in no queue', () => {
    const world = openWorld();
    world.list('job', alice);
    world.work('node', 'market');
    const run = world.runOf('job');
    world.quitAdmin(run);
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'unqueued', node: addr('node') });
    expect(seen.run(run)).toMatchObject({ endedBy: 'quitAdmin' });
    expect(seen.node('node')).toMatchObject({ runsStarted: 1, runsQuit: 0 });
    expect(seen.market('market')).toMatchObject({ queue: [], vaultBalance: 1000n });
    expect(seen.events.at(-1)).toMatchObject({
      job: addr('job'),
      market: addr('market'),
      node: addr('node'),
    });
  });

  it('closes the run of a claimed job, which is stopped then', () => {
    const world = openWorld();
    world.list('job', alice);
    world.work('a', 'market');
    world.quit('job');
    world.claim('job', 'b');
    world.quitAdmin(world.runOf('job'));
    expect(replay(world.history).job('job')).toMatchObject({ status: 'stopped' });
    expect(world.recover('job')).toBe(true);
    expect(replay(world.history).anomalies).toEqual([]);
  });

  it('cleans a waiting job, whose address a node still takes from the queue', () => {
    const world = openWorld();
    world.list('job', alice);
    world.cleanAdmin('job');
    world.work('node', 'market');
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'running', node: addr('node'), closedAt: world.now() });
    world.quitAdmin('run 2');
    expect(replay(world.history).snapshot).toMatchObject({ jobs: [], runs: [] });
    expect(replay(world.history).anomalies).toEqual([]);
  });
});

describe('a node', () => {
  it('leaves the queue by stop, by itself or by the market owner', () => {
    const world = openWorld();
    world.work('first', 'market');
    world.work('second', 'market');
    const joined = world.now();
    world.wait(10n);
    world.stop('second', 'market', 'market owner');
    world.stop('first', 'market');
    const seen = replay(world.history);
    expect(seen.market('market')).toMatchObject({ queueType: 'empty', queue: [] });
    expect(seen.node('first')).toMatchObject({ queuedIn: null, lastSeenAt: joined + 10n });
    expect(seen.node('second')).toMatchObject({ queuedIn: null, lastSeenAt: joined });
  });

  it('may wait in two markets', () => {
    const world = openWorld();
    world.open('other market');
    world.work('node', 'market');
    world.work('node', 'other market');
    expect(replay(world.history).node('node').queuedIn).toBe(addr('other market'));
    world.list('job', { ...alice, market: 'other market' });
    expect(replay(world.history).node('node').queuedIn).toBe(addr('market'));
  });
});

describe('a market', () => {
  it('keeps the price of running jobs when it is updated', () => {
    const world = openWorld();
    world.list('old', alice);
    world.update('market', { price: 99n, timeout: 7n, expiration: 8n });
    world.list('new', alice);
    world.work('node', 'market');
    world.wait(10n);
    world.finish('old');
    const seen = replay(world.history);
    expect(seen.job('old')).toMatchObject({ price: 10n, paid: 100n });
    expect(seen.job('new')).toMatchObject({ price: 99n, deposited: 9900n });
    expect(seen.market('market')).toMatchObject({
      jobPrice: 99n,
      jobTimeout: 7n,
      jobExpiration: 8n,
      nodeXnosMinimum: 7n,
      nodeAccessKey: addr('a collection'),
    });
    expect(seen.anomalies).toEqual([]);
  });

  it.each([false, true])(
    'drops its queue when it is closed (by admin: %s) and sends the rest away',
    (byAdmin) => {
      const world = openWorld();
      world.open('idle');
      world.work('node', 'idle');
      world.list('job', alice);
      world.close('market', byAdmin);
      world.close('idle', byAdmin);
      const seen = replay(world.history);
      expect(seen.market('market')).toMatchObject({
        closedAt: world.now(),
        queue: [],
        queueType: 'empty',
        vaultBalance: 0n,
      });
      expect(seen.job('job')).toMatchObject({ status: 'unqueued', refunded: 0n });
      expect(seen.node('node').queuedIn).toBeNull();
      expect(seen.ledger.map(({ kind, vaultDelta }) => [kind, vaultDelta])).toEqual([
        ['deposit', 1000n],
        ['close', -1000n],
        ['close', 0n],
      ]);
      expect(seen.anomalies).toEqual([]);
    },
  );

  it('opens again at the same address', () => {
    const world = openWorld();
    world.close('market');
    world.wait(5n);
    world.open('market', { price: 3n });
    const seen = replay(world.history);
    expect(seen.market('market')).toMatchObject({ openedAt: world.now(), closedAt: null, jobPrice: 3n });
    expect(seen.anomalies).toEqual([]);
  });

  it('of an unknown type queues neither jobs nor nodes', () => {
    const world = createWorld();
    world.open('market', { type: 9 });
    world.work('node', 'market');
    world.list('job', alice);
    const seen = replay(world.history);
    expect(seen.market('market')).toMatchObject({ jobType: 255, queue: [], queueType: 'empty' });
    expect(seen.job('job')).toMatchObject({ status: 'unqueued', deposited: 1000n });
    expect(seen.node('node').queuedIn).toBeNull();
    expect(seen.anomalies).toEqual([]);
  });

  it('enters gifts to its vault', () => {
    const world = openWorld();
    world.gift('market', 77n);
    const seen = replay(world.history);
    expect(seen.ledger).toMatchObject([{ kind: 'other', amount: 77n, vaultDelta: 77n, jobId: null }]);
    expect(seen.market('market').vaultBalance).toBe(77n);
    expect(seen.anomalies).toEqual([]);
  });
});

describe('addresses', () => {
  it('that are used again give another life', () => {
    const world = openWorld();
    world.list('job', alice);
    world.delist('job');
    world.list('job', { ...alice, by: 'bob' });
    world.work('node', 'market');
    const [first, second] = replay(world.history).lives('job');
    expect(first).toMatchObject({ status: 'delisted', project: addr('alice') });
    expect(second).toMatchObject({ status: 'running', project: addr('bob') });
    expect(first?.id).not.toBe(second?.id);
    expect(replay(world.history).anomalies).toEqual([]);
  });
});

describe('transactions', () => {
  it('hold several calls, applied in order', () => {
    const world = openWorld();
    world.together(() => {
      world.list('job', alice);
      world.list('other', alice);
      world.work('node', 'market');
    });
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'running', deposited: 1000n });
    expect(seen.job('other')).toMatchObject({ status: 'queued', deposited: 1000n });
    expect(seen.anomalies).toEqual([]);
  });

  it('may call the program from another program, each call with its own transfers', () => {
    const world = openWorld();
    world.together(() => {
      world.list('job', alice);
      world.list('other', { ...alice, timeout: 7n });
      world.work('node', 'market');
    }, true);
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'running', deposited: 1000n });
    expect(seen.job('other')).toMatchObject({ status: 'queued', deposited: 70n });
    expect(seen.events.map(({ path }) => path.length)).toEqual([1, 2, 2, 2]);
    expect(seen.anomalies).toEqual([]);
  });

  it('that failed are seen and change nothing', () => {
    const world = openWorld();
    world.list('job', alice);
    expect(world.stop('node', 'market')).toBe(false);
    const seen = replay(world.history);
    expect(seen.changes.at(-1)).toMatchObject({
      events: [{ instruction: 'stop', failed: true, node: addr('node') }],
      markets: [],
      jobs: [],
      nodes: [],
      ledger: [],
      anomalies: [],
    });
  });
});
