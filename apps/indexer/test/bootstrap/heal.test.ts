import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { getMarketAccountDecoder } from '@nosana/jobs-program';
import type { Address } from '@solana/kit';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { beginNow } from '../../src/bootstrap/begin.js';
import { createRpcClient } from '../../src/rpc/client.js';
import { createPostgresStore } from '../../src/store/postgres-store.js';
import { startTestChain, type TestChain } from '../support/chain.js';
import { type HealingIndexer, startHealingIndexer } from '../support/healing-indexer.js';
import { queueActions } from '../support/queue-actions.js';
import { createRandom } from '../support/random.js';
import { type Staker, stakerOf } from '../support/staker.js';
import { createWorld } from '../support/world.js';

let chain: TestChain;
let database: TestDatabase;
let indexer: HealingIndexer;
let giver: Staker;
let vault: Address;
let slot: bigint;

beforeAll(async () => {
  [chain, database] = await Promise.all([startTestChain(20), createTestDatabase()]);
  giver = await stakerOf(chain.network, await chain.person());
  const world = await createWorld(chain, createRandom(1));
  const actions = queueActions(world);
  for (let step = 0; step < 5; step++) await actions.list();
  const [market] = world.markets;
  const data = market && (await chain.account(market.signer.address));
  if (!data) throw new Error('there is no market');
  vault = getMarketAccountDecoder().decode(data).vault;
  // The vault's own history before the beginning, of which the index knows nothing but the sum.
  await chain.final(await chain.send(giver.signer, [giver.give(vault, 5n)]));
  const signal = new AbortController().signal;
  const rpc = createRpcClient({ url: chain.net.url });
  await createPostgresStore({ database: database.database, cluster: 'localnet' }).open(
    await rpc.genesisHash(signal),
  );
  const log = pino({ level: 'silent' });
  await beginNow({ database: database.database, rpc, network: chain.network, log }, signal);
  slot =
    (await database.database.pool.query<{ slot: bigint }>('SELECT slot FROM bootstrap')).rows[0]?.slot ?? -1n;
  indexer = startHealingIndexer(chain, database);
});

afterAll(async () => {
  await indexer.stop();
  await Promise.all([chain.stop(), database.drop()]);
});

const agreesAgain = (before: number): Promise<void> =>
  vi.waitFor(
    () => {
      expect(indexer.failures).toEqual([]);
      const since = indexer.outcomes.slice(before);
      expect(since.some(({ differences }) => differences.length > 0)).toBe(true);
      expect(since.at(-1)?.differences).toEqual([]);
    },
    { timeout: 30_000, interval: 50 },
  );

describe('healing an index that began in the middle of history', () => {
  it('reads what is missing since then, and nothing from before', async () => {
    await vi.waitFor(() => expect(indexer.outcomes.at(-1)?.differences).toEqual([]), { timeout: 30_000 });
    const before = indexer.outcomes.length;
    const gift = await chain.send(giver.signer, [giver.give(vault, 7n)]);
    await agreesAgain(before);
    expect(indexer.healings).toEqual([`transaction ${gift} was read, and added to the ledger`]);
    const { rows } = await database.database.pool.query<{ signature: string; slot: bigint }>(
      'SELECT signature, slot FROM chain_transaction',
    );
    expect(rows).toEqual([{ signature: gift, slot: expect.any(BigInt) }]);
    expect(rows[0]?.slot).toBeGreaterThan(slot);
    const { rows: sums } = await database.database.pool.query<{ sum: bigint }>(
      'SELECT sum(vault_delta) AS sum FROM ledger_entry JOIN market ON address = market WHERE vault = $1',
      [vault],
    );
    expect(sums).toEqual([{ sum: await chain.tokenBalance(vault) }]);
  });

  it('folds a row again that was made of an account', async () => {
    const before = indexer.outcomes.length;
    const { rowCount } = await database.database.pool.query(
      'UPDATE job SET price = price + 1 WHERE id = (SELECT min(id) FROM job)',
    );
    expect(rowCount).toBe(1);
    await agreesAgain(before);
    expect(indexer.healings.at(-1)).toContain('which changed 1 row');
  });
});
