import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrap } from '../src/fold/bootstrap.js';
import type { JobRecord } from '../src/fold/records.js';
import { UNKNOWN_ADDRESS, UNKNOWN_DIGEST } from '../src/fold/unknown.js';
import { accountsOf } from './support/accounts.js';
import { addr } from './support/addresses.js';
import { anyMoves, type Move, play } from './support/moves.js';
import { vaultName } from './support/program.js';
import { type Replay, replay } from './support/replay.js';
import { createStakers } from './support/stakers.js';
import { createWorld, type World } from './support/world.js';

const alice = { market: 'market', by: 'alice', timeout: 100n };

/** What is known of a network whose accounts were read after `before`, and what `after` then makes of it. */
function inTheMiddle(before: (world: World) => void, after: (world: World) => void) {
  const world = createWorld();
  world.open('market');
  before(world);
  const begun = bootstrap(accountsOf(world));
  const cut = world.history.length;
  after(world);
  const seen = replay(world.history.slice(cut), begun);
  return { world, cut, begun, seen };
}

describe('the records made of accounts', () => {
  const only = (before: (world: World) => void) => inTheMiddle(before, () => {}).begun;

  it('tell in whose queue who waits, and who runs what since when', () => {
    const { markets, jobs, runs, nodes } = only((world) => {
      for (const job of ['first', 'second', 'third']) world.list(job, alice);
      world.work('node', 'market');
    });
    expect(markets).toMatchObject([
      { queueType: 'jobs', queue: [addr('second'), addr('third')], vaultBalance: 3_000n, openedAt: null },
    ]);
    const job = (name: string) => jobs.find(({ address }) => address === addr(name));
    expect(job('second')).toMatchObject({ status: 'queued', node: null, startedAt: null });
    expect(job('first')).toMatchObject({ status: 'running', node: addr('node'), runId: runs[0]?.id });
    expect(runs).toMatchObject([{ job: addr('first'), jobId: job('first')?.id, market: addr('market') }]);
    expect(nodes).toMatchObject([{ address: addr('node'), queuedIn: null, runsStarted: 0 }]);
  });

  it('leave out what accounts do not tell', () => {
    const [job] = only((world) => world.list('job', alice)).jobs;
    expect(job).toMatchObject({ listedAt: null, listedSignature: null, deposited: 0n, price: 10n });
  });

  it('open the ledger with what each vault holds', () => {
    const { ledger } = only((world) => world.list('job', alice));
    expect(ledger).toMatchObject([
      { kind: 'opening', signature: null, vaultDelta: 1_000n, from: UNKNOWN_ADDRESS, jobId: null },
    ]);
  });

  it('call a job without a result ended, and one with a result done, whoever ended it', () => {
    const { jobs } = only((world) => {
      for (const job of ['ended', 'completed', 'finished']) {
        world.list(job, alice);
        world.work('node', 'market');
        world.wait(5n);
        if (job === 'finished') world.finish(job);
        else world.end(job);
      }
      world.complete('completed');
    });
    const status = (name: string) => jobs.find(({ address }) => address === addr(name))?.status;
    expect([status('ended'), status('completed'), status('finished')]).toEqual(['ended', 'done', 'done']);
  });

  it('keep a job whose account an admin closed while it waited, as far as the queue tells', () => {
    const { begun, seen } = inTheMiddle(
      (world) => {
        world.list('job', alice);
        world.cleanAdmin('job');
      },
      (world) => world.work('node', 'market'),
    );
    expect(begun.jobs).toMatchObject([
      { status: 'queued', market: addr('market'), definitionDigest: UNKNOWN_DIGEST, closedAt: 0n },
    ]);
    expect(seen.job('job')).toMatchObject({ status: 'running', node: addr('node') });
    expect(seen.anomalies).toEqual([]);
  });

  it('name every job once, also thousands', () => {
    const world = createWorld();
    world.open('market');
    world.list('job', alice);
    const accounts = accountsOf(world);
    const many = Array.from({ length: 2_500 }, (_, order) =>
      accounts.jobs.map((job) => ({ ...job, address: addr(`job ${order}`) })),
    ).flat();
    const { jobs } = bootstrap({ ...accounts, jobs: many });
    // The queue names one more.
    expect(new Set(jobs.map(({ listedPosition }) => listedPosition)).size).toBe(2_501);
  });

  it('follow stakes and shares of the fees to the base unit', () => {
    const people = createStakers();
    people.init();
    for (const who of ['ann', 'bob']) {
      people.stake(who, 1_000n, 86_400n * 365n);
      people.enter(who);
    }
    people.addFee(800n);
    const cut = people.history.length;
    const before = replay(people.history);
    const [pool] = before.rewardPools.values();
    const begun = bootstrap({
      slot: people.history.at(-1)?.slot ?? 0n,
      blockTime: null,
      markets: [],
      jobs: [],
      runs: [],
      registrations: [],
      stakes: before.snapshot.stakes,
      pools: before.snapshot.rewardPools,
      rewards: before.snapshot.rewards,
      balances: new Map([
        [addr('vault_of_ann'), 1_000n],
        [addr('vault_of_bob'), 1_000n],
        [pool?.vault ?? UNKNOWN_ADDRESS, 800n],
      ]),
    });
    people.claim('ann', 400n);
    people.leave('ann');
    people.unstake('ann');
    people.topup('bob', 5n);
    people.sync('bob');
    const full = replay(people.history);
    const late = replay(people.history.slice(cut), begun);
    expect(late.anomalies).toEqual([]);
    const known = ({ snapshot: { stakes, rewardPools, rewards } }: Replay) => ({
      stakes: stakes.map(({ id: _, openedAt, openedPosition, ...stake }) => stake),
      pools: rewardPools.map(({ feesAdded, claimed, openedAt, ...each }) => each),
      rewards: rewards.map(({ id: _, claimed, openedAt, openedPosition, ...reward }) => reward),
    });
    expect(known(late)).toEqual(known(full));
    expect(late.snapshot.stakes).toHaveLength(2);
    expect([...late.rewardPools.values()]).toMatchObject([{ feesAdded: 0n, claimed: 400n }]);
  });
});

/** Plays some moves, looks at the accounts, and plays the others. */
function cutHistory(moves: readonly Move[], at: number, wild: boolean) {
  const world = createWorld();
  play(world, moves.slice(0, at), wild);
  const accounts = accountsOf(world);
  const cut = world.history.length;
  play(world, moves.slice(at), wild);
  return {
    world,
    before: replay(world.history.slice(0, cut)),
    full: replay(world.history),
    late: replay(world.history.slice(cut), bootstrap(accounts)),
    position: world.history[cut - 1]?.slot ?? -1n,
    begun: bootstrap(accounts),
  };
}
type Cut = ReturnType<typeof cutHistory>;

/** What is known of a job in both: all of it where its listing was seen. Sums count from the cut on. */
function knownJob(job: JobRecord | undefined, begun: JobRecord | undefined, then?: JobRecord): unknown {
  if (job === undefined || begun === undefined) return job;
  // Its account was gone: only a queue or a run named it, and who closed it is not known.
  if (begun.closedAt !== null) return job.address;
  const { id: _, runId, listedAt, listedSignature, listedPosition, updatedPosition, ...rest } = job;
  const { deposited, paid, refunded, fees, node, endedAt, startedAt, status, ...known } = rest;
  const isDone = ['finished', 'ended', 'done'].includes(status);
  return {
    ...known,
    wasStopped: known.wasStopped ?? false,
    status: begun.status === 'done' && isDone ? 'done' : status,
    deposited: deposited - (then?.deposited ?? 0n),
    paid: paid - (then?.paid ?? 0n),
    refunded: refunded - (then?.refunded ?? 0n),
    fees: fees - (then?.fees ?? 0n),
    ...(isDone || status === 'running' ? { node, startedAt } : {}),
    ...(isDone ? { endedAt } : {}),
  };
}

function expectSameJobs({ late, full, before, begun }: Cut): void {
  const begunAt = new Map(begun.jobs.map((job) => [job.address, job]));
  const openIn = ({ snapshot }: Replay) => new Map(snapshot.jobs.map((job) => [job.address, job]));
  const [lateOpen, fullOpen] = [openIn(late), openIn(full)];
  expect([...lateOpen.keys()].sort()).toEqual([...fullOpen.keys()].sort());
  for (const [address, job] of lateOpen) {
    const other = fullOpen.get(address);
    if (job.listedSignature !== null) expect(job).toEqual(other);
    else {
      const known = begunAt.get(address);
      expect(knownJob(job, known)).toEqual(knownJob(other, known, before.jobs.get(other?.id ?? '')));
    }
  }
  for (const job of late.jobs.values()) {
    if (job.listedSignature !== null) expect(job).toEqual(full.jobs.get(job.id));
  }
}

function expectSameRest({ late, full, before, world, position, begun }: Cut): void {
  const gone = new Set(begun.jobs.flatMap(({ address, closedAt }) => (closedAt === null ? [] : [address])));
  const told = (event: Replay['events'][number]) =>
    event.job !== null && gone.has(event.job) ? { ...event, project: null, market: null } : event;
  expect(late.events.map(told)).toEqual(full.events.slice(full.events.length - late.events.length).map(told));
  for (const market of late.snapshot.markets.filter(({ closedAt }) => closedAt === null)) {
    const other = full.snapshot.markets.find(({ address }) => address === market.address);
    const { queueType, queue, vaultBalance, jobPrice, jobType, jobExpiration } = market;
    expect(other).toMatchObject({ queueType, queue, vaultBalance, jobPrice, jobType, jobExpiration });
  }
  const run = ({ address, job, node, payer, startedAt }: Replay['snapshot']['runs'][number]) =>
    [address, job, node, payer, startedAt].join();
  expect(late.snapshot.runs.map(run).sort()).toEqual(full.snapshot.runs.map(run).sort());
  const movement = ({ jobId: _, ...entry }: Replay['ledger'][number]) => entry;
  expect(late.ledger.map(movement)).toEqual(full.ledger.filter(({ slot }) => slot > position).map(movement));
  for (const [name, { vault, isOpen }] of world.program.markets) {
    if (!isOpen) continue;
    const entries = [...begun.ledger, ...late.ledger].filter(({ market }) => market === addr(name));
    expect(entries.reduce((sum, { vaultDelta }) => sum + vaultDelta, 0n)).toBe(vault);
    expect(world.balances.get(addr(vaultName(name))) ?? 0n).toBe(vault);
  }
  for (const node of late.snapshot.nodes) {
    const [all, then] = [full.nodes.get(node.address), before.nodes.get(node.address)];
    const since = (of: 'runsStarted' | 'runsFinished' | 'runsEnded' | 'runsQuit') =>
      (all?.[of] ?? 0) - (then?.[of] ?? 0);
    expect(node).toMatchObject({
      runsStarted: since('runsStarted'),
      runsFinished: since('runsFinished'),
      runsEnded: since('runsEnded'),
      runsQuit: since('runsQuit'),
      earned: (all?.earned ?? 0n) - (then?.earned ?? 0n),
    });
    expect(node.queuedIn === null).toBe(all?.queuedIn === null);
  }
}

describe('a fold that begins with accounts', () => {
  it('goes on as one that saw everything, wherever it begins, and the ledger adds up to the vaults', () => {
    fc.assert(
      fc.property(anyMoves(120), fc.nat(), (moves, at) => {
        const cut = cutHistory(moves, at % moves.length, false);
        expect(cut.late.anomalies).toEqual([]);
        expectSameJobs(cut);
        expectSameRest(cut);
      }),
      { numRuns: 60 },
    );
  });

  it('begins anywhere in wild histories, too, and keeps an eye on every base unit', () => {
    fc.assert(
      fc.property(anyMoves(100), fc.nat(), (moves, at) => {
        const { world, begun, late } = cutHistory(moves, at % moves.length, true);
        for (const [name, { vault, isOpen }] of world.program.markets) {
          const entries = [...begun.ledger, ...late.ledger].filter(({ market }) => market === addr(name));
          const sum = entries.reduce((total, { vaultDelta }) => total + vaultDelta, 0n);
          if (isOpen) expect(sum).toBe(vault);
        }
      }),
      { numRuns: 60 },
    );
  });
});
