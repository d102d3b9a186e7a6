import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { compareRecords, compareVaults } from '../src/reconcile/compare.js';
import { type Reconciliation, reconcile } from '../src/reconcile/reconcile.js';
import { keyOf } from '../src/reconcile/remedy.js';
import { createRpcClient } from '../src/rpc/client.js';
import { startTestChain, type TestChain } from './support/chain.js';
import { startIndexer, stored } from './support/indexing.js';
import { createLives } from './support/lives.js';
import { createRandom, testSeed } from './support/random.js';

describe('comparing', () => {
  const sides = (onChain: Record<string, string>, indexed: Record<string, string>) => {
    const records = (fields: Record<string, string>) => ({
      market: new Map(),
      job: new Map([['job', fields]]),
      run: new Map(),
    });
    const none = { market: new Set<string>(), job: new Set<string>(), run: new Set<string>() };
    return [records(onChain), { records: records(indexed), changedAfter: none }] as const;
  };

  it('names the field that differs and what both sides say', () => {
    expect(compareRecords(...sides({ status: 'done', node: 'n' }, { status: 'running', node: 'n' }))).toEqual(
      [{ kind: 'job', address: 'job', field: 'status', indexed: 'running', onChain: 'done' }],
    );
  });

  it('tells of records that one side does not have', () => {
    const [onChain, indexed] = sides({ status: 'done' }, { status: 'done' });
    expect(compareRecords({ ...onChain, job: new Map() }, indexed)).toEqual([
      { kind: 'job', address: 'job', field: 'account', indexed: 'there', onChain: 'not there' },
    ]);
    const nothing = { ...indexed, records: { ...indexed.records, job: new Map() } };
    expect(compareRecords(onChain, nothing)).toEqual([
      { kind: 'job', address: 'job', field: 'account', indexed: 'not there', onChain: 'there' },
    ]);
  });

  it('passes over what changed after the slot of the accounts', () => {
    const [onChain, indexed] = sides({ status: 'done' }, { status: 'running' });
    const later = { ...indexed, changedAfter: { ...indexed.changedAfter, job: new Set(['job']) } };
    expect(compareRecords(onChain, later)).toEqual([]);
  });

  it('takes a vault that is not there for empty', () => {
    expect(
      compareVaults(
        new Map([['a', 5n]]),
        new Map([
          ['a', 5n],
          ['b', 0n],
        ]),
      ),
    ).toEqual([]);
    expect(compareVaults(new Map(), new Map([['a', 5n]]))).toEqual([
      { kind: 'vault', address: 'a', field: 'balance', indexed: '5', onChain: '0' },
    ]);
  });
});

describe('a difference', () => {
  const differs = (kind: 'vault' | 'job', indexed: string, onChain: string) =>
    keyOf({ kind, address: 'a', field: kind === 'vault' ? 'balance' : 'status', indexed, onChain });

  it('is the same one while the record changes on both sides, so that it is not healed in vain again and again', () => {
    expect(differs('vault', '105', '107')).toBe(differs('vault', '5', '7'));
    expect(differs('vault', '105', '108')).not.toBe(differs('vault', '5', '7'));
    expect(differs('job', 'running', 'done')).toBe(differs('job', 'queued', 'running'));
    expect(differs('job', '5', '7')).not.toBe(differs('vault', '5', '7'));
  });
});

describe('the reconciler', () => {
  const seed = testSeed();
  let chain: TestChain;
  let database: TestDatabase;

  beforeAll(async () => {
    console.log(`reconcile: TEST_SEED=${seed}`);
    chain = await startTestChain();
    database = await createTestDatabase();
    const lives = await createLives(chain, createRandom(seed));
    const indexer = startIndexer({
      rpcUrl: chain.net.url,
      wsUrl: chain.net.wsUrl,
      databaseUrl: database.url,
    });
    for (let step = 0; step < 60; step++) await lives.step();
    await stored(database.database, lives.lastSignature);
    await indexer.stop();
    // From here on nothing happens that the tables would miss; what is read is final.
    for (let final = 0n; final < (await storedSlot()); ) {
      final = await chain.rpc.getSlot({ commitment: 'finalized' }).send();
    }
  }, 240_000);
  afterAll(async () => {
    await database.drop();
    await chain.stop();
  });

  const storedSlot = async (): Promise<bigint> => {
    const { rows } = await database.database.pool.query<{ slot: bigint }>('SELECT slot FROM checkpoint');
    return rows[0]?.slot ?? 0n;
  };
  const run = (): Promise<Reconciliation> =>
    reconcile(
      {
        database: database.database,
        rpc: createRpcClient({ url: chain.net.url }),
        network: chain.network,
        stored: async () => {},
      },
      new AbortController().signal,
    );

  it('finds nothing where nothing is wrong, and writes that down', async () => {
    const outcome = await run();
    expect(outcome.differences).toEqual([]);
    expect(outcome.accounts).toBeGreaterThan(10);
    expect(outcome.vaults).toBeGreaterThan(2);
    const { rows } = await database.database.pool.query(
      'SELECT slot, accounts, vaults, differences FROM reconciliation ORDER BY id DESC LIMIT 1',
    );
    const { slot, accounts, vaults } = outcome;
    expect(rows).toEqual([{ slot, accounts, vaults, differences: 0 }]);
  });

  it('finds a row that was changed, a row that is gone, and money that was lost', async () => {
    const { pool } = database.database;
    const [market, other] = (
      await pool.query<{ address: string }>(
        'SELECT address FROM market WHERE closed_at IS NULL ORDER BY address',
      )
    ).rows;
    await pool.query('UPDATE market SET job_timeout = job_timeout + 1 WHERE address = $1', [market?.address]);
    await pool.query('UPDATE market SET closed_at = 1 WHERE address = $1', [other?.address]);
    const { rows: entries } = await pool.query<{ vault: string }>(
      `UPDATE ledger_entry SET vault_delta = vault_delta + 7 WHERE position = (SELECT min(position) FROM ledger_entry)
       RETURNING (SELECT vault FROM market WHERE market.address = ledger_entry.market)`,
    );
    const { differences } = await run();
    expect(differences).toHaveLength(3);
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'market', address: market?.address, field: 'jobTimeout' }),
        expect.objectContaining({
          kind: 'market',
          address: other?.address,
          field: 'account',
          indexed: 'not there',
        }),
        expect.objectContaining({ kind: 'vault', address: entries[0]?.vault, field: 'balance' }),
      ]),
    );
    for (const { cause } of differences) expect(cause).toContain('were folded into something else');
    const { rows } = await pool.query<{ n: bigint }>('SELECT count(*) AS n FROM difference');
    expect(rows).toEqual([{ n: 3n }]);
  });

  it('names the transaction that was never read', async () => {
    const { pool } = database.database;
    const { rows } = await pool.query<{ signature: string }>(
      `DELETE FROM chain_transaction WHERE signature =
         (SELECT signature FROM event WHERE instruction = 'open' AND NOT failed ORDER BY position LIMIT 1)
       RETURNING signature`,
    );
    await pool.query(
      'UPDATE market SET job_price = job_price + 1 WHERE address = (SELECT market FROM event WHERE signature = $1 LIMIT 1)',
      [rows[0]?.signature],
    );
    const causes = (await run()).differences.map(({ cause }) => cause);
    expect(causes.some((cause) => cause.includes(`${rows[0]?.signature}`))).toBe(true);
  });
});
