import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, MARKET, NOW, type World } from './world.js';

describe('coverage', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  it('says what is not known before an indexer has run', async () => {
    expect(await world.api.createCaller().network.coverage()).toEqual({
      beginning: null,
      firstSlot: null,
      indexedSlot: null,
      headSlot: null,
      finalizedSlot: null,
      lag: null,
      phase: null,
      error: null,
      heartbeatAt: null,
      anomalies: 0,
      documents: { fetched: 0, pending: 0, invalid: 0, missing: 0, dropped: 0 },
      kept: { eventsFromSlot: null, archiveFromSlot: null },
      comparison: null,
      healed: { count: 0, rows: [] },
    });
  });

  it('says that the index began with the accounts of a slot', async () => {
    const records = { markets: 2, jobs: 7, runs: 1, nodes: 3, stakes: 4, registrations: 0, rewards: 0 };
    await world.database.pool.query(
      `insert into bootstrap (slot, block_time, last_slot, last_signature, records) values (90, $1, 88, 's', $2)`,
      [NOW, JSON.stringify(records)],
    );
    const beginning = { slot: 90n, at: NOW, records };
    expect(await world.api.createCaller().network.coverage()).toMatchObject({ beginning });
    expect(await world.api.createCaller().network.beginning()).toEqual(beginning);
  });

  it('says how far the index is and what the last comparison found', async () => {
    await world.heartbeat({ head: 160n, indexed: 155n });
    await world.finalized(120n);
    await world.content('QmDefinition', 'definition', {});
    for (const differences of [0, 1]) {
      await world.database.pool.query(
        'insert into reconciliation (at, slot, accounts, vaults, differences) values ($1, $2, 12, 3, $3)',
        [new Date((NOW + differences) * 1_000), 120n + BigInt(differences), differences],
      );
    }
    await world.database.pool.query(
      `insert into difference (reconciliation_id, kind, address, field, indexed, on_chain, cause)
       select max(id), 'vault', $1, 'balance', '5', '7', 'transaction x of slot 9 was never read' from reconciliation`,
      [MARKET],
    );
    expect(await world.api.createCaller().network.coverage()).toMatchObject({
      indexedSlot: 155n,
      headSlot: 160n,
      finalizedSlot: 120n,
      lag: { slots: 5, seconds: 2 },
      phase: 'tip',
      documents: { fetched: 1 },
      comparison: {
        at: NOW + 1,
        slot: 121n,
        accounts: 12,
        vaults: 3,
        differences: 1,
        found: [
          {
            kind: 'vault',
            address: MARKET,
            field: 'balance',
            indexed: '5',
            onChain: '7',
            cause: 'transaction x of slot 9 was never read',
            healing: null,
            healedAt: null,
          },
        ],
      },
    });
  });

  it('says what was healed, and what was tried in vain', async () => {
    const { rows } = await world.database.pool.query<{ id: bigint }>(
      'select id from reconciliation order by id',
    );
    const [before, last] = rows.map(({ id }) => id);
    // Two comparisons found it before it was healed.
    for (const id of [before, last]) {
      await world.database.pool.query(
        `insert into difference (reconciliation_id, kind, address, field, indexed, on_chain, cause, healing, healed_at)
         values ($1, 'stake', $2, 'amount', '5', '7', 'never read', 'transaction x was read', $3)`,
        [id, MARKET, new Date(NOW * 1_000)],
      );
    }
    await world.database.pool.query(
      "update difference set healing = 'in vain: 9 events were folded again' where kind = 'vault'",
    );
    const { comparison, healed } = await world.api.createCaller().network.coverage();
    expect(comparison?.found.find(({ kind }) => kind === 'vault')).toMatchObject({
      healing: 'in vain: 9 events were folded again',
      healedAt: null,
    });
    expect(healed).toEqual({
      count: 1,
      rows: [
        {
          kind: 'stake',
          address: MARKET,
          field: 'amount',
          indexed: '5',
          onChain: '7',
          cause: 'never read',
          healing: 'transaction x was read',
          healedAt: NOW,
        },
      ],
    });
  });
});
