import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressOf, cidOf, createWorld, MARKET, signatureOf, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.market(MARKET);
  for (const [name, slot] of [
    ['old', 100],
    ['new', 300],
  ] as const) {
    await world.job(name, slot, { status: 'finished', result_cid: cidOf(`result of ${name}`) });
    await world.transaction(name, slot);
    await world.ledger(name, slot);
    await world.content(cidOf(`result of ${name}`), 'result', { of: name });
  }
  await world.event('new', 300, { job: addressOf('new') });
  // The old job's events and the text of its result were dropped.
  await world.database.pool.query(
    'insert into retention (events_from_slot, archive_from_slot) values (200, 150)',
  );
  await world.database.pool.query('update content set json = null, dropped_at = now() where cid = $1', [
    cidOf('result of old'),
  ]);
});
afterAll(() => world.close());

it('a job says that its steps and its result are not kept, and shows what is', async () => {
  const caller = world.api.createCaller();
  const old = await caller.jobs.byAddress({ address: addressOf('old') });
  expect(old).toMatchObject({ events: [], eventsFromSlot: 200n, result: { status: 'dropped', json: null } });
  expect(old.job.status).toBe('finished');
  const kept = await caller.jobs.byAddress({ address: addressOf('new') });
  expect(kept).toMatchObject({ eventsFromSlot: null, result: { status: 'fetched', json: { of: 'new' } } });
  expect(kept.events).toHaveLength(1);
});

it('a transaction says that its instructions are not kept, and what it moved', async () => {
  const { bySignature } = world.api.createCaller().transactions;
  const old = await bySignature({ signature: signatureOf('old') });
  expect(old).toMatchObject({ events: [], eventsKept: false, slot: 100n });
  expect(old.ledger).toHaveLength(1);
  const kept = await bySignature({ signature: signatureOf('new') });
  expect(kept.eventsKept).toBe(true);
  expect(kept.events).toHaveLength(1);
});

it('coverage says from where on there are events, and how many documents were dropped', async () => {
  expect(await world.api.createCaller().network.coverage()).toMatchObject({
    kept: { eventsFromSlot: 200n, archiveFromSlot: 150n },
    documents: { fetched: 2, dropped: 1 },
  });
});
