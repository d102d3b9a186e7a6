import { wilsonInterval } from '@inferscan/reputation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, cidOf, createWorld, MARKET, NOW, type World } from './world.js';

/** Successes and failures of each node. */
const RECORDS = { ace: [9, 1], lucky: [1, 0], poor: [1, 5], fresh: [0, 0], steady: [40, 2] } as const;

describe('nodes', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.market(MARKET, { queue_type: 'nodes', queue: [addressOf('fresh')] });
    let slot = 100;
    let earned = 0n;
    for (const [name, [good, bad]] of Object.entries(RECORDS)) {
      earned += 1_000n;
      await world.node(name, {
        runs_started: good + bad,
        runs_finished: good + bad,
        earned,
        queued_in: name === 'fresh' ? MARKET : null,
        last_seen_at: NOW - slot,
      });
      for (let index = 0; index < good + bad; index += 1) {
        slot += 1;
        const id = await world.job(`${name}${index}`, slot, {
          status: 'finished',
          node: addressOf(name),
          started_at: NOW - 90,
          ended_at: NOW - 80,
        });
        await world.result(id, index < good ? 'success' : 'failed');
      }
    }
  });
  afterAll(() => world.close());

  it('ranks by the lower end of the interval, as the reputation package computes it', async () => {
    const { rows } = await world.api.createCaller().nodes.list({ sort: 'success' });
    const expected = Object.entries(RECORDS)
      .map(([name, [good, bad]]) => ({
        name,
        lower: good + bad === 0 ? -1 : wilsonInterval(good, good + bad).low,
      }))
      .sort((a, b) => b.lower - a.lower)
      .map(({ name }) => addressOf(name));
    expect(rows.map((row) => row.address)).toEqual(expected);
    expect(rows.find((row) => row.address === addressOf('ace'))?.success).toMatchObject({
      rate: 0.9,
      trials: 10,
    });
    expect(rows.find((row) => row.address === addressOf('fresh'))?.success).toBeNull();
  });

  it('pages each order without a gap or a repeat', async () => {
    for (const sort of ['earned', 'success', 'lastSeen'] as const) {
      for (const direction of ['asc', 'desc'] as const) {
        const whole = await world.api.createCaller().nodes.list({ sort, direction });
        const paged: string[] = [];
        let cursor: string | null = null;
        do {
          const page = await world.api.createCaller().nodes.list({ sort, direction, limit: 2, cursor });
          paged.push(...page.rows.map((row) => row.address));
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(paged).toEqual(whole.rows.map((row) => row.address));
        expect(paged).toHaveLength(5);
      }
    }
  });

  it('tells where a node is and what it runs on', async () => {
    const jobId = await world.job('now', 900, {
      status: 'running',
      node: addressOf('busy'),
      started_at: NOW - 5,
    });
    await world.node('busy', { runs_started: 2, runs_quit: 1 });
    await world.run('now run', { job_id: jobId, node: addressOf('busy') });
    await world.receipt(jobId, { node: addressOf('busy'), cpu_model: 'Old CPU', finished_at: NOW - 100 });
    await world.receipt(jobId, { node: addressOf('busy'), op: 'b', cpu_model: 'New CPU' });
    await world.receipt(jobId, {
      node: addressOf('busy'),
      op: 'c',
      cpu_model: 'Forged CPU',
      finished_at: NOW,
      signature_valid: false,
    });
    const { rows } = await world.api.createCaller().nodes.list({});
    const state = (name: string) => rows.find((row) => row.address === addressOf(name))?.state;
    expect([state('busy'), state('fresh'), state('ace')]).toEqual(['running', 'queued', 'away']);
    const fresh = rows.find((row) => row.address === addressOf('fresh'));
    expect(fresh).toMatchObject({ queuePosition: 1, queuedIn: MARKET });

    const detail = await world.api.createCaller().nodes.byAddress({ address: addressOf('busy') });
    expect(detail.node).toMatchObject({
      runningJob: addressOf('now'),
      hardware: { cpuModel: 'New CPU' },
      success: { rate: 0, trials: 1 },
    });
    expect(detail.tokensServed).toBe(60);
    expect(detail.history.rows.map((run) => run.job.id)).toEqual([jobId]);
    expect((await world.api.createCaller().nodes.list({ state: 'running' })).rows).toHaveLength(1);
  });

  it('pages the history of a node', async () => {
    const id = await world.job('long', 950, { node: addressOf('ace'), result_cid: cidOf('x') });
    for (let slot = 1; slot <= 5; slot += 1) {
      await world.run(`ace run ${slot}`, {
        job_id: id,
        node: addressOf('ace'),
        started_position: `00000000000${slot}-000000-000-000`,
        ended_signature: 'x',
      });
    }
    const first = await world.api.createCaller().nodes.byAddress({ address: addressOf('ace'), limit: 3 });
    const second = await world.api
      .createCaller()
      .nodes.byAddress({ address: addressOf('ace'), limit: 3, cursor: first.history.nextCursor });
    expect(first.history.rows).toHaveLength(3);
    expect(second.history.rows).toHaveLength(2);
    expect(second.history.nextCursor).toBeNull();
  });
});
