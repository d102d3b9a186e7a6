import { chainPosition } from '@inferscan/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addressOf,
  cidOf,
  createWorld,
  MARKET,
  MARKET_NAME,
  NOW,
  OTHER_MARKET,
  signatureOf,
  type World,
} from './world.js';

describe('jobs', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.market(MARKET, { queue_type: 'jobs', queue: [addressOf('first'), addressOf('second')] });
    await world.market(OTHER_MARKET);
    await world.definition('definition');
    await world.definition('plain', { model: 'other', reasoning: false });
    await world.heartbeat({ head: 200n, indexed: 200n });
    await world.finalized(169n);
    for (let slot = 100; slot < 107; slot += 1) {
      await world.job(`done${slot}`, slot, {
        status: 'finished',
        node: addressOf('node'),
        started_at: NOW - 90,
        ended_at: NOW - 80,
        paid: 100_000n,
        refunded: 500_000n,
        result_cid: cidOf(`result ${slot}`),
        definition_cid: cidOf(slot % 2 === 0 ? 'definition' : 'plain'),
      });
    }
    await world.job('first', 110);
    await world.job('second', 111);
    await world.job('elsewhere', 112, { market: OTHER_MARKET, project: addressOf('stranger') });
  });
  afterAll(() => world.close());

  it('does not know what was paid before the index began', async () => {
    const before = { listed_signature: null, listed_at: null, deposited: 0n, market: addressOf('elsewhere') };
    const ended = { started_at: NOW - 90, ended_at: NOW - 80, node: addressOf('node') };
    await world.job('waits', 90, before);
    await world.job('settled', 91, { ...before, ...ended, status: 'done' });
    await world.job('went on', 92, {
      ...before,
      ...ended,
      status: 'finished',
      run_id: 'r',
      paid: 7n,
      refunded: 8n,
    });
    const { rows } = await world.api
      .createCaller()
      .jobs.list({ market: addressOf('elsewhere'), sort: 'oldest' });
    expect(
      rows.map(({ deposited, escrow, paid, refunded }) => ({ deposited, escrow, paid, refunded })),
    ).toEqual([
      { deposited: null, escrow: 600_000n, paid: 0n, refunded: 0n },
      { deposited: null, escrow: 600_000n, paid: null, refunded: null },
      { deposited: null, escrow: 600_000n, paid: 7n, refunded: 8n },
    ]);
    await world.database.pool.query('delete from job where listed_signature is null');
  });

  it('pages through every job once, newest and oldest first', async () => {
    for (const sort of ['newest', 'oldest'] as const) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await world.api.createCaller().jobs.list({ limit: 3, sort, cursor });
        expect(page.rows.length).toBeLessThanOrEqual(3);
        seen.push(...page.rows.map((row) => row.listedPosition));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toHaveLength(10);
      expect(new Set(seen).size).toBe(10);
      const sorted = [...seen].sort();
      expect(seen).toEqual(sort === 'newest' ? sorted.reverse() : sorted);
    }
  });

  it('filters by status, market, node, project and model', async () => {
    const list = world.api.createCaller().jobs.list;
    expect((await list({ status: 'queued' })).rows).toHaveLength(3);
    expect((await list({ status: ['queued', 'finished'] })).rows).toHaveLength(10);
    expect((await list({ market: OTHER_MARKET })).rows.map((j) => j.address)).toEqual([
      addressOf('elsewhere'),
    ]);
    expect((await list({ node: addressOf('node') })).rows).toHaveLength(7);
    expect((await list({ project: addressOf('stranger') })).rows).toHaveLength(1);
    expect((await list({ model: 'other' })).rows).toHaveLength(3);
  });

  it('gives money as bigint, the market a name, and a queued job its place', async () => {
    const { rows } = await world.api.createCaller().jobs.list({ status: 'queued', market: MARKET });
    expect(rows.map((row) => [row.address, row.queuePosition, row.queueLength])).toEqual([
      [addressOf('second'), 2, 2],
      [addressOf('first'), 1, 2],
    ]);
    expect(rows[0]).toMatchObject({
      marketName: MARKET_NAME,
      deposited: 600_000n,
      price: 10_000n,
      timeout: 60,
    });
  });

  it('refuses a cursor that it did not write', async () => {
    await expect(world.api.createCaller().jobs.list({ cursor: 'nonsense' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('nextCursor'),
    });
  });

  it('tells everything about one life of a job, and keeps the lives of one address apart', async () => {
    const old = await world.job('reused', 120, {
      status: 'delisted',
      ended_at: NOW - 50,
      refunded: 600_000n,
    });
    const id = await world.job('reused', 130, {
      status: 'finished',
      node: addressOf('node'),
      run_id: 'run',
      result_cid: cidOf('result reused'),
      started_at: NOW - 30,
      ended_at: NOW - 20,
      paid: 100_000n,
      refunded: 500_000n,
    });
    const job = addressOf('reused');
    await world.event('list old', 120, { job });
    await world.event('delist old', 121, { job, instruction: 'delist' });
    await world.event('list new', 130, { job });
    await world.event('failed end', 160, { job, instruction: 'end', failed: true });
    await world.event('finish new', 190, { job, instruction: 'finish' });
    await world.ledger('list old', 120, { job_id: old });
    await world.ledger('list new', 130, { job_id: id });
    await world.ledger('finish new', 190, {
      job_id: id,
      kind: 'payout',
      amount: 100_000n,
      vault_delta: -100_000n,
    });
    await world.run('run', { job_id: id, ended_by: 'finish', ended_signature: signatureOf('finish new') });
    await world.result(id, 'success');
    await world.receipt(id);
    await world.content(cidOf('definition'), 'definition', { version: '0.1' });
    await world.content(cidOf('result reused'), 'result', {
      status: 'success',
      opStates: [
        {
          operationId: 'inference',
          status: 'success',
          results: {
            outputs: [
              JSON.stringify({
                text: '21888',
                reasoning: '483*75=8862+00291=88812',
                finish_reason: 'stop',
                tokens: { prompt: 7, completion: 30, reasoning: 24 },
              }),
              'not JSON',
            ],
          },
        },
      ],
    });

    const detail = await world.api.createCaller().jobs.byAddress({ address: job });
    expect(detail.job).toMatchObject({ id, resultState: 'success', paid: 100_000n, refunded: 500_000n });
    expect(detail.events.map((e) => [e.instruction, e.failed, e.finality])).toEqual([
      ['list', false, 'finalized'],
      ['end', true, 'finalized'],
      ['finish', false, 'confirmed'],
    ]);
    expect(detail.ledger.map((entry) => entry.vaultDelta)).toEqual([600_000n, -100_000n]);
    expect(detail.runs).toHaveLength(1);
    expect(detail.receipts[0]).toMatchObject({ signatureValid: true, tokens: { completion: 30 } });
    expect(detail.definition).toMatchObject({ status: 'fetched', json: { version: '0.1' } });
    expect(detail.result.answers).toEqual([
      {
        op: 'inference',
        text: '21888',
        reasoning: '483*75=8862+00291=88812',
        finishReason: 'stop',
        tokens: { prompt: 7, completion: 30, reasoning: 24 },
      },
    ]);
    expect(detail.otherLives.map((life) => life.id)).toEqual([old]);

    const first = await world.api.createCaller().jobs.byAddress({ address: job, at: chainPosition(120n, 0) });
    expect(first.job.id).toBe(old);
    expect(first.events.map((e) => e.instruction)).toEqual(['list', 'delist']);
    expect(first.result.status).toBe('none');
  });

  it('says which job it does not know', async () => {
    await expect(
      world.api.createCaller().jobs.byAddress({ address: addressOf('nobody') }),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `No job ${addressOf('nobody')} in the index.`,
    });
  });
});
