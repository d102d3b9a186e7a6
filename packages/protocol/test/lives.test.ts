import { describe, expect, it } from 'vitest';
import { addr, digest, hexOf } from './support/addresses.js';
import { replay } from './support/replay.js';
import { createWorld } from './support/world.js';

const alice = { market: 'market', by: 'alice', timeout: 100n };

function openWorld() {
  const world = createWorld();
  world.open('market', { price: 10n, expiration: 50n });
  return world;
}

describe('a job that is finished', () => {
  it('waits in the queue until a node works, then pays the time used and refunds the rest', () => {
    const world = openWorld();
    world.list('job', alice);
    expect(replay(world.history).job('job')).toMatchObject({
      status: 'queued',
      deposited: 1000n,
      node: null,
    });
    world.wait(5n);
    world.work('node', 'market');
    const started = world.now();
    expect(replay(world.history).job('job')).toMatchObject({
      status: 'running',
      node: addr('node'),
      startedAt: started,
      endedAt: null,
    });
    world.wait(30n);
    world.finish('job');

    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({
      status: 'finished',
      project: addr('alice'),
      payer: addr('alice'),
      definitionDigest: hexOf(digest('definition of job')),
      resultDigest: hexOf(digest('result of job')),
      price: 10n,
      timeout: 100n,
      listedAt: started - 5n,
      startedAt: started,
      endedAt: started + 30n,
      deposited: 1000n,
      paid: 300n,
      refunded: 700n,
      fees: 0n,
      closedAt: null,
    });
    expect(seen.kindsOf('job')).toEqual([
      ['deposit', 1000n],
      ['payout', 300n],
      ['refund', 700n],
    ]);
    expect([...seen.runs.values()]).toMatchObject([
      { node: addr('node'), payer: addr('node'), endedBy: 'finish', paid: 300n, startedAt: started },
    ]);
    expect(seen.node('node')).toMatchObject({
      runsStarted: 1,
      runsFinished: 1,
      earned: 300n,
      queuedIn: null,
    });
    expect(seen.market('market')).toMatchObject({ vaultBalance: 0n, queueType: 'empty', queue: [] });
    expect(seen.anomalies).toEqual([]);
    expect(seen.snapshot.runs).toEqual([]);
  });

  it('is matched in list when a node waits, first come first served', () => {
    const world = openWorld();
    world.work('first', 'market');
    world.work('second', 'market');
    expect(replay(world.history).market('market').queue).toEqual([addr('first'), addr('second')]);
    expect(replay(world.history).node('second').queuedIn).toBe(addr('market'));
    world.list('job', alice);

    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'running', node: addr('first') });
    expect(seen.run('run 3')).toMatchObject({ node: addr('first'), payer: addr('alice') });
    expect(seen.market('market')).toMatchObject({ queueType: 'nodes', queue: [addr('second')] });
    expect(seen.node('first').queuedIn).toBeNull();
    const listing = seen.events.at(-1);
    expect(listing).toMatchObject({ instruction: 'list', node: addr('first'), run: addr('run 3') });
  });

  it('is cleaned after it expired, and stays on record', () => {
    const world = openWorld();
    world.list('job', alice);
    world.work('node', 'market');
    world.finish('job');
    expect(world.clean('job')).toBe(false);
    world.wait(51n);
    world.clean('job');
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'finished', closedAt: world.now() });
    expect(seen.snapshot.jobs).toEqual([]);
  });

  it('pays the whole deposit and refunds nothing once the timeout is used up', () => {
    const world = openWorld();
    world.list('job', alice);
    world.work('node', 'market');
    world.wait(1000n);
    world.finish('job');
    expect(replay(world.history).job('job')).toMatchObject({ paid: 1000n, refunded: 0n });
  });

  it('tells pay from refund by order where node and payer share a token account', () => {
    const world = openWorld();
    world.list('job', { ...alice, by: 'both' });
    world.work('both', 'market');
    world.wait(40n);
    world.finish('job');
    expect(replay(world.history).job('job')).toMatchObject({ paid: 400n, refunded: 600n });
  });

  it('may pay into any token account', () => {
    const world = openWorld();
    world.list('job', alice);
    world.work('node', 'market');
    world.wait(10n);
    world.finish('job', { user: 'a cold wallet' });
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ paid: 100n });
    expect(seen.node('node').earned).toBe(100n);
    expect(seen.ledger.find(({ kind }) => kind === 'payout')).toMatchObject({
      to: addr('a cold wallet'),
      toOwner: null,
    });
  });

  it('moves nothing in a free market', () => {
    const world = createWorld();
    world.open('market', { price: 0n });
    world.list('job', alice);
    world.work('node', 'market');
    world.wait(10n);
    world.finish('job');
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'finished', deposited: 0n, paid: 0n, refunded: 0n });
    expect(seen.ledger).toEqual([]);
    expect(seen.anomalies).toEqual([]);
  });
});

describe('a job that its poster changes', () => {
  it('leaves the queue by delist with its whole deposit', () => {
    const world = openWorld();
    world.list('job', alice);
    world.list('other', alice);
    world.delist('job');
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({
      status: 'delisted',
      refunded: 1000n,
      endedAt: world.now(),
      closedAt: world.now(),
    });
    expect(seen.market('market')).toMatchObject({ queue: [addr('other')], vaultBalance: 1000n });
    expect(seen.anomalies).toEqual([]);
  });

  it('gets more time by extend against a further deposit, queued or running', () => {
    const world = openWorld();
    world.list('job', alice);
    world.extend('job', 150n);
    world.work('node', 'market');
    world.extend('job', 200n);
    world.wait(160n);
    world.finish('job');
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ timeout: 200n, deposited: 2000n, paid: 1600n, refunded: 400n });
    expect(seen.anomalies).toEqual([]);
  });

  it('ends with pay and refund but no result, which the node may add later', () => {
    const world = openWorld();
    world.list('job', { ...alice, payer: 'sponsor' });
    world.work('node', 'market');
    world.wait(25n);
    world.end('job');
    const ended = replay(world.history);
    expect(ended.job('job')).toMatchObject({
      status: 'ended',
      project: addr('alice'),
      payer: addr('sponsor'),
      node: addr('node'),
      resultDigest: null,
      paid: 250n,
      refunded: 750n,
    });
    expect(ended.node('node')).toMatchObject({ runsEnded: 1, runsFinished: 0, earned: 250n });
    expect(ended.events.at(-1)).toMatchObject({ instruction: 'end', node: addr('node') });
    world.complete('job');
    const completed = replay(world.history);
    expect(completed.job('job')).toMatchObject({
      status: 'ended',
      resultDigest: hexOf(digest('late result of job')),
    });
    expect(completed.anomalies).toEqual([]);
  });

  it('is assigned to the named node wherever that waits', () => {
    const world = openWorld();
    for (const node of ['first', 'second', 'third']) world.work(node, 'market');
    world.assign('job', 'second', alice);
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'running', node: addr('second') });
    expect(seen.market('market').queue).toEqual([addr('first'), addr('third')]);
    expect(seen.anomalies).toEqual([]);
  });
});

describe('a job whose node gives up', () => {
  it('stops by quit and is refunded by recover', () => {
    const world = openWorld();
    world.list('job', alice);
    world.work('node', 'market');
    world.wait(10n);
    world.quit('job');
    const quitAt = world.now();
    const stopped = replay(world.history);
    expect(stopped.job('job')).toMatchObject({ status: 'stopped', node: addr('node'), endedAt: quitAt });
    expect(stopped.node('node').runsQuit).toBe(1);
    world.wait(10n);
    world.recover('job');
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({
      status: 'recovered',
      refunded: 1000n,
      endedAt: quitAt,
      closedAt: world.now(),
    });
    expect(seen.market('market').vaultBalance).toBe(0n);
    expect(seen.anomalies).toEqual([]);
  });

  it('runs again by claim, with a second run', () => {
    const world = openWorld();
    world.list('job', alice);
    world.work('node', 'market');
    world.quit('job');
    world.wait(10n);
    world.claim('job', 'rescuer');
    expect(replay(world.history).job('job')).toMatchObject({
      status: 'running',
      node: addr('rescuer'),
      startedAt: world.now(),
      endedAt: null,
    });
    world.wait(20n);
    world.finish('job');
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'finished', node: addr('rescuer'), paid: 200n });
    expect([...seen.runs.values()].map(({ endedBy, paid }) => [endedBy, paid])).toEqual([
      ['quit', 0n],
      ['finish', 200n],
    ]);
    expect(seen.job('job')).not.toHaveProperty('wasStopped');
    expect(seen.anomalies).toEqual([]);
  });

  it('can be claimed twice at once: each run is settled for itself', () => {
    const world = openWorld();
    world.list('rich', { ...alice, timeout: 500n });
    world.list('job', alice);
    world.work('a', 'market');
    world.work('b', 'market');
    world.quit('job');
    world.claim('job', 'c');
    const runOfC = world.runOf('job');
    world.wait(10n);
    world.claim('job', 'd');
    world.finish('job', { run: runOfC });
    const runOfD = world.runOf('job');
    world.wait(10n);
    world.finish('job', { run: runOfD, result: 'another result' });
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({
      status: 'finished',
      node: addr('d'),
      resultDigest: hexOf(digest('another result')),
      paid: 200n,
      refunded: 1800n,
    });
    expect(seen.market('market').vaultBalance).toBe(4000n);
    expect(seen.anomalies).toEqual([]);
  });

  it('stays running when one of two claimed runs is quit', () => {
    const world = openWorld();
    world.list('job', alice);
    world.work('a', 'market');
    world.quit('job');
    world.claim('job', 'b');
    const runOfB = world.runOf('job');
    world.claim('job', 'c');
    const runOfC = [...world.program.runs.keys()].find((run) => run !== runOfB);
    world.quit('job', runOfC);
    expect(replay(world.history).job('job')).toMatchObject({ status: 'running', node: addr('b') });
    world.quit('job', runOfB);
    expect(replay(world.history).job('job')).toMatchObject({ status: 'stopped', node: addr('b') });
  });

  it('is recovered under an open run, which an admin then closes', () => {
    const world = openWorld();
    world.list('job', alice);
    world.work('a', 'market');
    world.quit('job');
    world.claim('job', 'b');
    const run = world.runOf('job');
    world.recover('job');
    expect(replay(world.history).snapshot.jobs).toHaveLength(1);
    world.quitAdmin(run);
    const seen = replay(world.history);
    expect(seen.job('job')).toMatchObject({ status: 'recovered', refunded: 1000n });
    expect(seen.snapshot).toMatchObject({ jobs: [], runs: [] });
    expect(seen.anomalies).toEqual([]);
  });
});

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
