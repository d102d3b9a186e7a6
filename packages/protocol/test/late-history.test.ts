import { describe, expect, it } from 'vitest';
import { UNKNOWN_ADDRESS, UNKNOWN_DIGEST } from '../src/fold/unknown.js';
import { addr, digest, hexOf } from './support/addresses.js';
import { replay } from './support/replay.js';
import { createWorld, type World } from './support/world.js';

const alice = { market: 'market', by: 'alice', timeout: 100n };

/** Folds only what happens after `before`. */
function lateReplay(before: (world: World) => void, after: (world: World) => void) {
  const world = createWorld();
  world.open('market');
  before(world);
  const start = world.history.length;
  after(world);
  return replay(world.history.slice(start));
}

describe('a fold that starts in the middle of history', () => {
  it('knows a finished job by what finish tells', () => {
    const seen = lateReplay(
      (world) => {
        world.list('job', alice);
        world.work('node', 'market');
        world.wait(10n);
      },
      (world) => world.finish('job'),
    );
    expect(seen.job('job')).toMatchObject({
      status: 'finished',
      market: addr('market'),
      payer: addr('alice'),
      node: addr('node'),
      project: UNKNOWN_ADDRESS,
      definitionDigest: UNKNOWN_DIGEST,
      resultDigest: hexOf(digest('result of job')),
      paid: 100n,
      refunded: 900n,
    });
    expect(seen.market('market')).toMatchObject({ authority: UNKNOWN_ADDRESS, vaultBalance: -1000n });
    expect(seen.events).toMatchObject([{ project: null, node: addr('node') }]);
    expect(seen.anomalies).toHaveLength(3);
  });

  it('learns the node of an ended job from who was paid', () => {
    const seen = lateReplay(
      (world) => {
        world.list('job', alice);
        world.work('node', 'market');
        world.wait(10n);
      },
      (world) => world.end('job'),
    );
    expect(seen.job('job')).toMatchObject({ status: 'ended', node: addr('node'), project: addr('alice') });
    expect(seen.node('node')).toMatchObject({ runsEnded: 1, earned: 100n });
  });

  it('learns which job a node took when the run is settled', () => {
    const seen = lateReplay(
      (world) => world.list('job', alice),
      (world) => {
        world.work('node', 'market');
        world.wait(10n);
        world.finish('job');
      },
    );
    expect([...seen.runs.values()]).toMatchObject([
      { job: addr('job'), node: addr('node'), endedBy: 'finish', paid: 100n },
    ]);
    expect(seen.job('job').startedAt).not.toBeNull();
    expect(seen.snapshot.runs).toEqual([]);
  });

  it('learns which node took a job when the run is settled', () => {
    const seen = lateReplay(
      (world) => world.work('node', 'market'),
      (world) => {
        world.list('job', alice);
        world.wait(10n);
        world.finish('job');
      },
    );
    expect(seen.job('job')).toMatchObject({ status: 'finished', node: addr('node'), deposited: 1000n });
    expect(seen.anomalies.some((message) => message.includes('although none was believed to wait'))).toBe(
      true,
    );
  });

  it('drops a queue that the chain contradicts', () => {
    const world = createWorld();
    world.open('market');
    world.work('seen', 'market');
    const gap = world.history.length;
    world.stop('seen', 'market');
    const gapEnd = world.history.length;
    world.list('job', alice);
    const seen = replay([...world.history.slice(0, gap), ...world.history.slice(gapEnd)]);
    expect(seen.market('market')).toMatchObject({ queueType: 'jobs', queue: [addr('job')] });
    expect(seen.node('seen').queuedIn).toBeNull();
    expect(seen.anomalies).toHaveLength(1);
  });

  it('infers the price of a job from its deposit', () => {
    const seen = lateReplay(
      () => {},
      (world) => world.list('job', alice),
    );
    expect(seen.job('job')).toMatchObject({ price: 10n, timeout: 100n, deposited: 1000n });
    expect(seen.market('market').vaultBalance).toBe(1000n);
  });

  it.each([
    'quit',
    'claim',
    'recover',
    'complete',
    'clean',
    'cleanAdmin',
    'quitAdmin',
    'delist',
    'extend',
    'stop',
  ] as const)('takes %s of what it never saw', (word) => {
    const world = createWorld();
    world.open('market', { expiration: 1n });
    world.list('waiting', { ...alice, timeout: 5n });
    world.work('node', 'market');
    world.list('stopped', alice);
    world.work('node', 'market');
    if (word !== 'quit') world.quit('stopped');
    world.list('queued', alice);
    world.list('ended', alice);
    world.work('node', 'market');
    world.work('node', 'market');
    world.wait(3n);
    world.end('ended');
    world.wait(3n);
    world.list('last', alice);
    const run = world.runOf('waiting');
    const start = world.history.length;
    const words = {
      quit: () => world.quit('stopped'),
      claim: () => world.claim('stopped', 'other'),
      recover: () => world.recover('stopped'),
      complete: () => world.complete('ended'),
      clean: () => world.clean('ended'),
      cleanAdmin: () => world.cleanAdmin('ended'),
      quitAdmin: () => world.quitAdmin(run),
      delist: () => world.delist('last'),
      extend: () => world.extend('last', 200n),
      stop: () => {
        world.delist('last');
        world.work('other', 'market');
        return world.stop('other', 'market');
      },
    };
    expect(words[word]()).toBe(true);
    const seen = replay(world.history.slice(start));
    expect(seen.anomalies.length).toBeGreaterThan(0);
    expect(seen.changes[0]?.events).toHaveLength(1);
  });
});
