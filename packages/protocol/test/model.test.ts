import type { Address } from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobRecord, LedgerEntry } from '../src/fold/records.js';
import { addr, digest, hexOf } from './support/addresses.js';
import { anyMoves, play } from './support/moves.js';
import { type ModelJob, vaultName } from './support/program.js';
import { type Replay, replay } from './support/replay.js';
import { createWorld, type World } from './support/world.js';

/** A status that the chain's state allows, by the program's own accounts. */
function allowedStatuses(world: World, name: string, { market, state }: ModelJob): JobRecord['status'][] {
  const runs = [...world.program.runs.values()].some(({ job }) => job === name);
  if (state === 2) return ['finished', 'ended'];
  if (runs) return ['running'];
  if (state === 3) return ['stopped'];
  return world.program.markets.get(market)?.queue.includes(name) ? ['queued'] : ['unqueued'];
}

function expectSameJobs(world: World, seen: Replay): void {
  const open = seen.snapshot.jobs.filter(({ closedAt }) => closedAt === null);
  expect(open.map(({ address }) => address).sort()).toEqual([...world.program.jobs.keys()].map(addr).sort());
  for (const [name, job] of world.program.jobs) {
    const record = seen.job(name);
    expect(allowedStatuses(world, name, job)).toContain(record.status);
    expect(record).toMatchObject({
      market: addr(job.market),
      project: addr(job.project),
      payer: addr(job.payer),
      price: job.price,
      timeout: job.timeout,
      resultDigest: job.result === null ? null : hexOf(digest(job.result)),
    });
    if (job.state !== 2) continue;
    expect(record).toMatchObject({ node: addr(job.node ?? ''), startedAt: job.start, endedAt: job.end });
  }
}

function expectSameRuns(world: World, seen: Replay): void {
  const expected = [...world.program.runs].map(([name, { job, node, payer, start }]) => ({
    address: addr(name),
    job: addr(job),
    node: addr(node),
    payer: addr(payer),
    startedAt: start,
  }));
  const byAddress = (left: { address: Address }, right: { address: Address }) =>
    left.address < right.address ? -1 : 1;
  expect(seen.snapshot.runs.toSorted(byAddress)).toMatchObject(expected.toSorted(byAddress));
}

function expectSameMarkets(world: World, seen: Replay): void {
  for (const [name, market] of world.program.markets) {
    expect(seen.market(name)).toMatchObject({
      jobPrice: market.price,
      jobType: market.type,
      jobExpiration: market.expiration,
      queueType: market.queueType,
      queue: market.queue.map(addr),
    });
    expect(seen.market(name).closedAt === null).toBe(market.isOpen);
  }
  const waiting = new Set(
    [...world.program.markets.values()].flatMap(({ queueType, queue }) =>
      queueType === 'nodes' ? queue : [],
    ),
  );
  for (const node of seen.nodes.values()) {
    expect(node.queuedIn !== null).toBe([...waiting].some((name) => addr(name) === node.address));
  }
}

const sum = (entries: readonly LedgerEntry[], of: (entry: LedgerEntry) => bigint) =>
  entries.reduce((total, entry) => total + of(entry), 0n);

function expectLedgerAddsUp(world: World, seen: Replay): void {
  expect(new Set(seen.ledger.map(({ position }) => position)).size).toBe(seen.ledger.length);
  for (const [name, { vault }] of world.program.markets) {
    const entries = seen.ledger.filter(({ market }) => market === addr(name));
    expect(sum(entries, ({ vaultDelta }) => vaultDelta)).toBe(vault);
    expect(seen.market(name).vaultBalance).toBe(vault);
    expect(world.balances.get(addr(vaultName(name))) ?? 0n).toBe(vault);
  }
  for (const job of seen.jobs.values()) {
    const of = (kind: LedgerEntry['kind']) =>
      sum(
        seen.ledger.filter((entry) => entry.jobId === job.id && entry.kind === kind),
        ({ amount }) => amount,
      );
    expect([job.deposited, job.paid, job.refunded]).toEqual([of('deposit'), of('payout'), of('refund')]);
  }
  const paid = sum(
    seen.ledger.filter(({ kind }) => kind === 'payout'),
    ({ amount }) => amount,
  );
  expect([...seen.runs.values()].reduce((total, run) => total + run.paid, 0n)).toBe(paid);
  expect([...seen.nodes.values()].reduce((total, node) => total + node.earned, 0n)).toBe(paid);
}

function expectResumable(world: World, seen: Replay, cut: number): void {
  const before = replay(world.history.slice(0, cut));
  const after = replay(world.history.slice(cut), structuredClone(before.snapshot));
  expect(after.snapshot).toEqual(seen.snapshot);
  expect([...before.changes, ...after.changes]).toEqual(seen.changes);
}

describe('the fold of random histories', () => {
  it('agrees with the program about every market, job, run, node and base unit', () => {
    fc.assert(
      fc.property(anyMoves(150), (moves) => {
        const world = createWorld();
        play(world, moves, false);
        const seen = replay(world.history);
        expect(seen.anomalies).toEqual([]);
        expectSameMarkets(world, seen);
        expectSameJobs(world, seen);
        expectSameRuns(world, seen);
        expectLedgerAddsUp(world, seen);
      }),
      { numRuns: 150 },
    );
  });

  it('goes on from a snapshot taken anywhere as if it had never stopped, however wild the history', () => {
    fc.assert(
      fc.property(anyMoves(120), fc.nat(), (moves, cut) => {
        const world = createWorld();
        play(world, moves, true);
        const seen = replay(world.history);
        expectLedgerAddsUp(world, seen);
        expectSameMarkets(world, seen);
        expectResumable(world, seen, cut % world.history.length);
      }),
      { numRuns: 100 },
    );
  });

  it('may start anywhere without throwing, and knows running jobs once they are settled', () => {
    fc.assert(
      fc.property(anyMoves(120), fc.nat(), (moves, cut) => {
        const world = createWorld();
        play(world, moves, true);
        const late = replay(world.history.slice(cut % world.history.length));
        for (const { instruction, failed, accounts } of late.events) {
          if (failed || instruction !== 'finish') continue;
          expect([...late.runs.values()]).toContainEqual(
            expect.objectContaining({ address: accounts.run, job: accounts.job, node: accounts.authority }),
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});
