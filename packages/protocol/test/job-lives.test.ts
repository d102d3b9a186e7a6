import { describe, expect, it } from 'vitest';
import { addr, digest, hexOf } from './support/addresses.js';
import { alice, openWorld } from './support/open-world.js';
import { replay } from './support/replay.js';
import { createWorld } from './support/world.js';

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
