import { createTestDatabase } from '@inferscan/db/testing';
import { type ChainTransaction, createNetworkFold, networkConfig } from '@inferscan/protocol';
import type { KeyPairSigner } from '@solana/kit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { saveContent } from '../../src/content/save-content.js';
import { sweepOverdue } from '../../src/content/sweep.js';
import { mergeChanges } from '../../src/pipeline/merge.js';
import { savePrices } from '../../src/price/save-prices.js';
import { countNetworkHours } from '../../src/rollup/network-hours.js';
import { rebuildSome } from '../../src/rollup/rebuild.js';
import { createPostgresStore } from '../../src/store/postgres-store.js';
import { startTestChain, type TestChain } from '../support/chain.js';
import { readHistory } from '../support/history.js';
import { jobActions } from '../support/job-actions.js';
import { definition, flow } from '../support/jobs.js';
import { queueActions } from '../support/queue-actions.js';
import { createRandom, testSeed } from '../support/random.js';
import { flowState, receiptOf } from '../support/receipts.js';
import { createWorld } from '../support/world.js';
import { expectTrueCounts } from './counts.js';
import { expectTrueHours } from './hours.js';
import { countAll, type Figures, readFigures } from './reference.js';

const STEPS = 200;
const IN_A_SLOT = 5;
const OFTEN = new Set(['list', 'work', 'finish']);
const RUNS = Number(process.env.TEST_ROLLUP_RUNS ?? 4);
/** When the histories of the test begin; their clock is the test's. */
const BEGIN = 1_761_955_200n;

const seed = testSeed();
const network = networkConfig('localnet');
let chain: TestChain;
let nodes: readonly KeyPairSigner[];
/** What really happened, slot by slot. */
let slots: ChainTransaction[][];
/** Kept hours of the front page that were compared with a count from scratch. */
let hours = 0;

beforeAll(async () => {
  console.log(`rollups: TEST_SEED=${seed}`);
  chain = await startTestChain(20);
  const random = createRandom(seed);
  const world = await createWorld(chain, random);
  const actions = { ...queueActions(world), ...jobActions(world) };
  const wheel = Object.entries(actions).flatMap(([name, action]) =>
    Array.from({ length: OFTEN.has(name) ? 5 : 1 }, () => action),
  );
  for (let step = 0; step < STEPS; ) step += Number(await random.pick(wheel)());
  await chain.confirmed(world.lastSignature());
  nodes = world.nodes;
  const history = await readHistory(chain, world.lastSignature());
  // In fewer, fuller slots: every commit takes its time.
  slots = Array.from({ length: Math.ceil(history.length / IN_A_SLOT) }, (_, at) =>
    history
      .slice(at * IN_A_SLOT, (at + 1) * IN_A_SLOT)
      .map((transaction, index) => ({ ...transaction, slot: BigInt(at + 1), index })),
  );
}, 120_000);

afterAll(() => chain.stop());

const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), slots: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fork' as const),
      back: fc.integer({ min: 1, max: 5 }),
      without: fc.nat(0xffff),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('content' as const), at: fc.nat(), how: fc.nat(3) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('price' as const),
      source: fc.constantFrom('one', 'two'),
      back: fc.bigInt({ min: -7_200n, max: 60_000n }),
      usdMicro: fc.bigInt({ min: 1n, max: 3_000_000n }),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'count' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'sweep' as const }) },
);

const anyHistory = fc.record({
  /** Seconds between the blocks that hold something. */
  gaps: fc.array(fc.oneof(fc.bigInt({ min: 0n, max: 90n }), fc.bigInt({ min: 0n, max: 9_000n })), {
    minLength: 10,
    maxLength: 60,
  }),
  steps: fc.array(anyStep, { minLength: 10, maxLength: 40 }),
});

it('keeps figures that are those of a count from scratch, whatever comes in whatever order', async () => {
  let seen: Figures = {};
  await fc.assert(
    fc.asyncProperty(anyHistory, async ({ gaps, steps }) => {
      const figures = await play(gaps, steps);
      seen = { ...seen, ...figures };
    }),
    { numRuns: RUNS, seed, endOnFailure: true },
  );
  expect(hours).toBeGreaterThan(0);
  // What was compared must have been there: most of it in any few histories, all of it in many.
  const names = new Set(Object.values(seen).flatMap((figures) => Object.keys(figures)));
  const wanted = [
    'paid',
    'usd_paid',
    'unpriced',
    'refunded',
    'receipts',
    'succeeded',
    'runs_quit',
    'delisted',
  ];
  const missing = wanted.filter((name) => !names.has(name));
  expect(missing.length, `missing: ${missing.join(', ')}`).toBeLessThan(wanted.length / 2);
}, 300_000);

type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

async function play(gaps: readonly bigint[], steps: readonly Step[]): Promise<Figures> {
  const test = await createTestDatabase();
  const { database } = test;
  try {
    const branch = createBranch(database, gaps);
    await branch.open();
    for (const step of steps) {
      switch (step.kind) {
        case 'advance':
          await branch.advance(step.slots);
          break;
        case 'fork':
          await branch.fork(step.back, step.without);
          break;
        case 'content':
          await readDocument(step.at, step.how);
          break;
        case 'price':
          await savePrices(database, step.source, [
            { at: branch.now() - step.back, usdMicro: step.usdMicro },
          ]);
          break;
        case 'sweep':
          await sweepOverdue(database, new AbortController().signal);
          break;
        case 'count':
          await rebuildSome(database);
          await countNetworkHours(database);
      }
      hours += await expectTrueHours(database);
    }
    await branch.advance(slots.length);
    const late = branch.times().map((at) => ({ at: at - 30n, usdMicro: at % 1_000_003n }));
    await savePrices(database, 'late', late);
    await agree();
    // From here on all is counted, and each late thing is alone in having to be noticed.
    await branch.fork(3, 0);
    await agree();
    await branch.advance(slots.length);
    await agree();
    for (let at = 0; at < 16; at++) await readDocument(at * 7, at % 4);
    await agree();
    await savePrices(
      database,
      'late',
      late.slice(0, 1).map(({ at }) => ({ at, usdMicro: 7n })),
    );
    return await agree();
  } finally {
    await test.drop();
  }

  /** Counts what is marked, and holds it against a count from scratch. */
  async function agree(): Promise<Figures> {
    while (await rebuildSome(database)) {}
    await expectTrueHours(database);
    while (await countNetworkHours(database)) {}
    hours += await expectTrueHours(database);
    const figures = await readFigures(database);
    expect(figures).toEqual(await countAll(database));
    await expectTrueCounts(database);
    return figures;
  }

  /** A document that some job names is read: a definition, or a result with or without a receipt, failed or not. */
  async function readDocument(at: number, how: number): Promise<void> {
    const { rows } = await database.pool.query<{
      cid: string;
      kind: string;
      job: string | null;
      market: string;
      run: string | null;
      node: string;
      definitionCid: string;
    }>(
      `SELECT c.cid, c.kind, j.address AS job, j.market, r.address AS run, j.node, j.definition_cid AS "definitionCid"
       FROM content AS c LEFT JOIN job AS j ON j.result_cid = c.cid LEFT JOIN run AS r ON r.id = j.run_id
       WHERE c.status = 'pending' AND c.kind = $1 ORDER BY c.cid`,
      [how === 0 ? 'definition' : 'result'],
    );
    const document = rows[at % Math.max(1, rows.length)];
    if (document === undefined) return;
    const signer = nodes.find(({ address }) => address === document.node);
    if (document.kind === 'definition') return saveContent(database, document.cid, definition());
    if (document.job === null || signer === undefined) return saveContent(database, document.cid, flow());
    if (how === 1) return saveContent(database, document.cid, flow({ status: 'failed', exitCode: 1 }));
    const { run } = document;
    // A fork without some of what there was can leave a result without the run that it came from.
    if (run === null) return saveContent(database, document.cid, flow());
    const job = how === 2 ? document.job : document.market;
    const receipt = await receiptOf(signer, { ...document, run, job });
    return saveContent(database, document.cid, flowState({ inference: receipt }));
  }
}

/** The chain as it is stored, which can lose its end and go on without some of what it held. */
function createBranch(database: Parameters<typeof rebuildSome>[0], gaps: readonly bigint[]) {
  const store = createPostgresStore({ database, cluster: 'localnet' });
  const timed = slots.map((transactions, index) => {
    const blockTime = Array.from({ length: index }, (_, at) => gaps[at % gaps.length] ?? 0n).reduce(
      (sum, gap) => sum + gap,
      BEGIN,
    );
    return transactions.map((transaction) => ({ ...transaction, blockTime }));
  });
  let next = 0;
  let dropped: ReadonlySet<string> = new Set();
  let after: Awaited<ReturnType<typeof store.cursor>> = null;
  let fold = createNetworkFold(network);
  const stored: { slot: bigint; index: number }[] = [];

  return {
    open: () => store.open('any'),
    /** When each third slot was. */
    times: () => timed.flatMap(([first], index) => (index % 3 === 0 && first ? [first.blockTime] : [])),
    now: () => timed[Math.min(next, timed.length - 1)]?.[0]?.blockTime ?? BEGIN,
    async advance(count: number): Promise<void> {
      for (const end = Math.min(timed.length, next + count); next < end; next++) {
        const transactions = (timed[next] ?? []).filter(({ signature }) => !dropped.has(signature));
        const last = transactions.at(-1);
        if (last === undefined) continue;
        const changes = mergeChanges(transactions.map((transaction) => fold.apply(transaction)));
        await store.commit({
          after,
          transactions,
          changes,
          block: { slot: last.slot, blockhash: `block ${last.slot}` },
        });
        stored.push({ slot: last.slot, index: next });
        after = await store.cursor();
      }
    },
    async fork(back: number, without: number): Promise<void> {
      const gone = stored.splice(-back);
      const [first] = gone;
      if (first === undefined) return;
      await store.rollBack(first.slot - 1n);
      after = await store.cursor();
      fold = createNetworkFold(network, await store.snapshot());
      next = first.index;
      const again = timed.slice(next, next + back).flat();
      dropped = new Set(
        again.filter((_, index) => (without >> (index % 16)) & 1).map(({ signature }) => signature),
      );
    },
  };
}
