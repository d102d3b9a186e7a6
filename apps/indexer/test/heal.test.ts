import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { type ChainTransaction, decodeTransaction, rewardsVaultAddress } from '@inferscan/protocol';
import type { Address } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { countDifferences, refold } from '../src/command/refold/refold.js';
import { verifyCoverage } from '../src/command/verify/coverage.js';
import { createRpcClient } from '../src/rpc/client.js';
import { createRpcSource } from '../src/source/rpc-source.js';
import { programsOf } from '../src/source/scope.js';
import { askUpstream } from './support/blind-rpc.js';
import { startTestChain, type TestChain } from './support/chain.js';
import { recordsInTables, recordsOnChain } from './support/compare-chain.js';
import { type HealingIndexer, startHealingIndexer } from './support/healing-indexer.js';
import { createLives } from './support/lives.js';
import { createMemorySpool } from './support/memory-spool.js';
import { createRandom, testSeed } from './support/random.js';
import { type ScriptedRpc, startScriptedRpc } from './support/scripted-rpc.js';
import { type Staker, stakerOf } from './support/staker.js';
import { dumpTables } from './support/tables.js';

const STEPS = 60;
const DAY = 86_400n;
const seed = testSeed();
const databases: TestDatabase[] = [];
let chain: TestChain;
let giver: Staker;
/** What happened, as it is in the blocks. */
let truth: ChainTransaction[];

const newDatabase = async (): Promise<TestDatabase> => {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
};

interface StoredDifference {
  readonly kind: string;
  readonly address: string;
  readonly field: string;
  readonly cause: string;
  readonly healing: string | null;
  readonly healed: boolean;
}

const differencesIn = async ({ database }: TestDatabase): Promise<StoredDifference[]> => {
  const { rows } = await database.pool.query<StoredDifference>(
    `SELECT kind, address, field, cause, healing, healed_at IS NOT NULL AS healed FROM difference
     ORDER BY reconciliation_id, kind, address, field`,
  );
  return rows;
};

/** Waits until differences were found, and then a comparison that finds none of them any more. */
const agreed = (indexer: HealingIndexer, before: number): Promise<void> =>
  vi.waitFor(
    () => {
      const since = indexer.outcomes.slice(before);
      expect(indexer.failures).toEqual([]);
      expect(since.some(({ differences }) => differences.length > 0)).toBe(true);
      expect(since.at(-1)?.differences).toEqual([]);
    },
    { timeout: 90_000, interval: 100 },
  );

/** The tables say what the accounts say, and are what folding all events from the beginning gives. */
async function expectSound({ database }: TestDatabase): Promise<void> {
  expect(await recordsInTables(database)).toEqual(await recordsOnChain(chain));
  const { tables } = await refold({ database, network: chain.network, apply: false });
  expect(tables.filter((table) => countDifferences([table]) > 0)).toEqual([]);
  expect((await verifyCoverage(database)).problems).toEqual([]);
}

/**
 * All tables but the checkpoint, which names the last that was listed. What is noted beside calls may say, of vaults that
 * were not known then, what calls tell by now.
 */
async function factsIn({ database }: TestDatabase): Promise<Record<string, string[]>> {
  const { chain_transaction: transactions = [], checkpoint: _, ...dump } = await dumpTables(database);
  const withoutBeside = transactions.map((line) => {
    const { beside_calls: _, ...row } = JSON.parse(line) as Record<string, unknown>;
    return JSON.stringify(row);
  });
  return { ...dump, chain_transaction: withoutBeside };
}

async function finalized(signature: string): Promise<void> {
  const rpc = createRpcClient({ url: chain.net.url });
  const never = new AbortController().signal;
  await chain.confirmed(signature);
  const slot = await rpc.headSlot(never);
  await vi.waitFor(async () => expect(await rpc.finalizedSlot(never)).toBeGreaterThan(slot), {
    timeout: 60_000,
    interval: 50,
  });
}

async function readTruth(): Promise<ChainTransaction[]> {
  const source = createRpcSource({
    rpc: createRpcClient({ url: chain.net.url }),
    wake: { wait: async () => {}, close: () => {} },
    spool: createMemorySpool(),
    addresses: programsOf(chain.network),
  });
  const read: ChainTransaction[] = [];
  for await (const { transactions, atTip } of source.batches(null, new AbortController().signal)) {
    read.push(...transactions);
    if (atTip) break;
  }
  return read;
}

/** A server whose lists of the programs never have some transactions; those of other accounts have all. */
const startLyingRpc = (hidden: ReadonlySet<string>): Promise<ScriptedRpc> => {
  const programs: readonly string[] = programsOf(chain.network);
  return startScriptedRpc(async (call) => {
    const answer = await askUpstream(chain.net.url, call);
    const isList = call.method === 'getSignaturesForAddress' && programs.includes(String(call.params[0]));
    if (!isList) return answer;
    return (answer as { signature: string }[]).filter(({ signature }) => !hidden.has(signature));
  });
};

beforeAll(async () => {
  console.log(`heal: TEST_SEED=${seed}`);
  chain = await startTestChain(50, { control: true });
  giver = await stakerOf(chain.network, await chain.person());
  const lives = await createLives(chain, createRandom(seed));
  await chain.send(giver.signer, [giver.stake(5_000_000n, 30n * DAY)]);
  // One of the tests hides all descriptions of nodes.
  for (let step = 0; step < STEPS || !lives.counts.has('describeNode'); step++) await lives.step();
  await finalized(lives.lastSignature);
  truth = await readTruth();
}, 240_000);

afterAll(async () => {
  await Promise.all(databases.map((database) => database.drop()));
  await chain.stop();
});

describe('healing', () => {
  it('adds what was sent to vaults by transactions that name no program, in order', async () => {
    const database = await newDatabase();
    const indexer = startHealingIndexer(chain, database);
    await vi.waitFor(() => expect(indexer.outcomes.length).toBeGreaterThan(0), { timeout: 60_000 });
    expect(indexer.outcomes[0]?.differences).toEqual([]);
    const { rows } = await database.database.pool.query<{ vault: Address }>(
      'SELECT vault FROM market WHERE closed_at IS NULL ORDER BY address LIMIT 1',
    );
    const market = rows[0]?.vault;
    if (market === undefined) throw new Error('no market');
    const vaults = [market, giver.vault, await rewardsVaultAddress(chain.network)];
    const before = indexer.outcomes.length;
    const gifts: string[] = [];
    for (const [order, vault] of [...vaults, market].entries()) {
      gifts.push(await chain.send(giver.signer, [giver.give(vault, BigInt(order + 1))]));
    }
    await agreed(indexer, before);
    // One may be found before the others.
    await vi.waitFor(
      async () => {
        const { rowCount } = await database.database.pool.query(
          'SELECT FROM chain_transaction WHERE signature = ANY ($1)',
          [gifts],
        );
        expect(rowCount).toBe(gifts.length);
      },
      { timeout: 60_000 },
    );
    // Another one is healed from where the first ones are the last that is stored.
    const next = indexer.outcomes.length;
    gifts.push(await chain.send(giver.signer, [giver.give(market, 9n)]));
    await agreed(indexer, next);
    await indexer.stop();
    const { rows: last } = await database.database.pool.query(
      'SELECT EXISTS (SELECT FROM event WHERE signature = checkpoint.signature) AS listed FROM checkpoint',
    );
    expect(last).toEqual([{ listed: true }]);
    const found = await differencesIn(database);
    expect(new Set(found.map(({ address }) => address))).toEqual(new Set(vaults));
    for (const { kind, field, cause, healing, healed } of found) {
      expect({ kind, field, healed }).toEqual({ kind: 'vault', field: 'balance', healed: true });
      expect(cause).toContain('was never read');
      expect(healing).toMatch(/read, and added to the ledger/);
    }
    const { rows: entries } = await database.database.pool.query(
      'SELECT kind, "to", vault_delta AS delta FROM ledger_entry WHERE signature = ANY ($1) ORDER BY position',
      [gifts],
    );
    expect(entries).toEqual([
      { kind: 'other', to: market, delta: 1n },
      { kind: 'other', to: market, delta: 4n },
      { kind: 'other', to: market, delta: 9n },
    ]);
    await expectSound(database);

    // Started again it goes on after the last listed transaction, whatever was added since; another one ends the same.
    const again = startHealingIndexer(chain, database);
    await vi.waitFor(() => expect(again.outcomes.length).toBeGreaterThan(0), { timeout: 60_000 });
    await again.stop();
    expect(again.outcomes[0]?.differences).toEqual([]);
    const other = await newDatabase();
    const late = startHealingIndexer(chain, other);
    await agreed(late, 0);
    await late.stop();
    expect(await dumpTables(other.database)).toEqual(await dumpTables(database.database));
  }, 240_000);

  it('reads what an RPC left out of its lists, and folds again what followed', async () => {
    const random = createRandom(seed + 1);
    const calls = (transaction: ChainTransaction) =>
      transaction.error === null ? decodeTransaction(transaction, chain.network) : [];
    // Whatever was listed and moved money shows in a vault; a stake shows in its account.
    const candidates = truth.filter((transaction) =>
      calls(transaction).some(
        ({ movements, program }) => program === 'jobs' && movements.some(({ amount }) => amount > 0n),
      ),
    );
    const stakes = truth.filter((transaction) =>
      calls(transaction).some(({ instruction }) => instruction === 'stake'),
    );
    // One list is empty altogether.
    const registrations = truth.filter((transaction) =>
      calls(transaction).some(({ program }) => program === 'nodes'),
    );
    expect(registrations.length).toBeGreaterThan(0);
    const hidden = new Set(
      [random.pick(candidates), random.pick(candidates), random.pick(stakes), ...registrations].map(
        ({ signature }) => signature,
      ),
    );
    const lying = await startLyingRpc(hidden);
    const database = await newDatabase();
    const indexer = startHealingIndexer(chain, database, lying.url);
    try {
      await agreed(indexer, 0);
    } finally {
      await indexer.stop();
      await lying.close();
    }
    const found = await differencesIn(database);
    expect(found.every(({ healed }) => healed)).toBe(true);
    const { rows: read } = await database.database.pool.query<{ signature: string }>(
      'SELECT signature FROM chain_transaction WHERE signature = ANY ($1)',
      [[...hidden]],
    );
    expect(new Set(read.map(({ signature }) => signature))).toEqual(hidden);
    const kinds = new Set(found.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set([...kinds, 'stake', 'registration']));
    // Where both belong to one job, the vault holds what it should, and the job alone is missing.
    expect(kinds.has('vault') || kinds.has('job')).toBe(true);
    expect(found.some(({ healing }) => healing?.includes('events were folded again'))).toBe(true);
    await expectSound(database);
    const honest = await newDatabase();
    const clean = startHealingIndexer(chain, honest);
    await vi.waitFor(() => expect(clean.outcomes.at(-1)?.differences).toEqual([]), { timeout: 90_000 });
    await clean.stop();
    expect(await factsIn(database)).toEqual(await factsIn(honest));
  }, 240_000);

  it('says that it cannot, and goes on, where the first events are not kept', async () => {
    const paid = truth.find(
      (transaction) =>
        transaction.error === null &&
        decodeTransaction(transaction, chain.network).some(
          ({ movements, program }) => program === 'jobs' && movements.some(({ amount }) => amount > 0n),
        ),
    );
    if (paid === undefined) throw new Error('nobody paid anything');
    const lying = await startLyingRpc(new Set([paid.signature]));
    const database = await newDatabase();
    await database.database.pool.query('INSERT INTO retention (events_from_slot) VALUES (5)');
    const indexer = startHealingIndexer(chain, database, lying.url);
    try {
      await vi.waitFor(() => expect(indexer.outcomes.length).toBeGreaterThan(4), { timeout: 90_000 });
      expect(indexer.failures).toEqual([]);
      expect(indexer.outcomes.at(-1)?.differences).not.toEqual([]);
    } finally {
      await indexer.stop();
      await lying.close();
    }
    expect(indexer.failures).toEqual([]);
    const found = await differencesIn(database);
    const given = found.filter(({ healing }) => healing?.includes('events before slot 5 are not kept'));
    expect(given.length).toBeGreaterThan(0);
    expect(given.every(({ healed }) => !healed)).toBe(true);
    const { rowCount } = await database.database.pool.query(
      'SELECT FROM chain_transaction WHERE signature = $1',
      [paid.signature],
    );
    expect(rowCount).toBe(0);
  }, 240_000);

  it('folds again rows that were changed, and leaves in sight what folding does not explain', async () => {
    const database = await newDatabase();
    const { pool } = database.database;
    const indexer = startHealingIndexer(chain, database);
    await vi.waitFor(() => expect(indexer.outcomes.at(-1)?.differences).toEqual([]), { timeout: 90_000 });
    const before = indexer.outcomes.length;
    await pool.query('UPDATE market SET job_timeout = job_timeout + 1 WHERE closed_at IS NULL');
    await pool.query('UPDATE stake SET duration = duration + 1 WHERE address = $1', [giver.stakeAccount]);
    await agreed(indexer, before);
    const changed = await differencesIn(database);
    expect(changed.some(({ kind, field }) => kind === 'stake' && field === 'duration')).toBe(true);
    for (const { healed, healing } of changed.filter(({ kind }) => kind !== 'vault')) {
      expect(healed).toBe(true);
      expect(healing).toMatch(/events were folded again, which changed \d+ rows?$/);
    }

    // Nothing on the chain explains this: an account that changed without a transaction.
    const data = await chain.account(giver.stakeAccount);
    if (data === null) throw new Error('no stake');
    const altered = Buffer.from(data);
    altered.writeBigUInt64LE(altered.readBigUInt64LE(8) + 1n, 8);
    await chain.control('setAccount', giver.stakeAccount, {
      lamports: 10_000_000,
      owner: chain.network.stakingProgram,
      data: [altered.toString('base64'), 'base64'],
    });
    const healings = indexer.healings.length;
    await vi.waitFor(
      async () => {
        const last = (await differencesIn(database)).at(-1);
        expect(last).toMatchObject({ kind: 'stake', field: 'amount', healed: false });
        expect(last?.healing).toMatch(/^in vain: \d+ events were folded again, which changed 0 rows$/);
      },
      { timeout: 90_000 },
    );
    const seen = indexer.outcomes.length;
    await vi.waitFor(() => expect(indexer.outcomes.length).toBeGreaterThan(seen + 2), { timeout: 60_000 });
    // It was tried once.
    expect(indexer.healings).toHaveLength(healings + 1);
    await indexer.stop();
  }, 240_000);
});
