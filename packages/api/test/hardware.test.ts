import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, createWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const list = () => world.api.createCaller().hardware.list();
const deviceOf = async (name: string) => (await list()).find((row) => row.name === name);

describe('hardware', () => {
  it('gives the median that lies between two receipts, and the one in the middle of three', async () => {
    const of = (op: string, milliseconds: number, first: number) =>
      world.receipt('few', {
        op,
        cpu_model: 'Few',
        completion_tokens: 100n,
        total_ms: milliseconds,
        first_token_ms: first,
      });
    await of('a', 1_000, 20);
    await of('b', 2_000, 41);
    expect((await deviceOf('Few'))?.throughput).toMatchObject([
      { tokensPerSecond: 75, firstTokenMs: 30.5, receipts: 2 },
    ]);
    await of('c', 4_000, 41.5);
    const [speed] = (await deviceOf('Few'))?.throughput ?? [];
    expect(speed).toMatchObject({ tokensPerSecond: 50, receipts: 3 });
    // 41 and 41.5 ms are within one step.
    expect(speed?.firstTokenMs).toBe(41.25);
  });

  it('counts a node where its latest receipt of a kind puts it, and takes that back with the receipt', async () => {
    const node = addressOf('moved');
    const machine = { node, cpu_model: 'Before', logical_cores: 4, memory_mb: 1_000 };
    await world.receipt('moved', { op: 'a', ...machine, finished_at: 1_000 });
    await world.receipt('moved', { op: 'b', ...machine, finished_at: 2_000, logical_cores: 8 });
    await world.receipt('moved', { op: 'c', ...machine, finished_at: 3_000, cpu_model: 'After' });
    expect(await deviceOf('Before')).toMatchObject({
      nodes: 0,
      receipts: 2,
      logicalCores: { min: 8, max: 8 },
      lastSeenAt: 2_000,
    });
    expect(await deviceOf('After')).toMatchObject({ nodes: 1, receipts: 1 });
    const { pool } = world.database;
    await pool.query("delete from receipt where job_id = 'moved' and op <> 'a'");
    await pool.query('select fold_hardware()');
    expect(await deviceOf('Before')).toMatchObject({
      nodes: 1,
      receipts: 1,
      completionTokens: 30,
      logicalCores: { min: 4, max: 4 },
      lastSeenAt: 1_000,
    });
    expect(await deviceOf('After')).toBeUndefined();
  });

  it('forgets a receipt that went before the others of its machine did, when a new one comes', async () => {
    const { pool } = world.database;
    const machine = { node: addressOf('renewed'), cpu_model: 'Renewed' };
    await world.receipt('renewed', { op: 'a', ...machine, finished_at: 100, logical_cores: 64 });
    await world.receipt('renewed', { op: 'b', ...machine, finished_at: 50 });
    await pool.query("delete from receipt where job_id = 'renewed' and op = 'a'");
    await pool.query("delete from receipt where job_id = 'renewed'");
    await pool.query('select fold_hardware(1)');
    await world.receipt('renewed', { op: 'c', ...machine, finished_at: 30, logical_cores: 2 });
    expect(await deviceOf('Renewed')).toMatchObject({
      nodes: 1,
      receipts: 1,
      lastSeenAt: 30,
      logicalCores: { min: 2, max: 2 },
    });
  });

  it('takes no speed from numbers that no machine can have, and stands them', async () => {
    const wild = { cpu_model: 'Wild', completion_tokens: 2n ** 53n - 1n };
    const times = [
      { total_ms: 5e-324 },
      { total_ms: 1.79e308, load_ms: 1.79e308, queue_ms: 1.79e308 },
      { total_ms: 1_000, load_ms: 1_001 },
      { total_ms: 1_000, first_token_ms: 1.79e308, completion_tokens: 0n },
    ];
    for (const [at, each] of times.entries()) {
      await world.receipt('wild', {
        op: `${at}`,
        ...wild,
        ...each,
        provider: 'cuda',
        gpus: [{ name: 'Wild', memory_mb: 2 ** 53 - 1 }],
        finished_at: 2 ** 53 - 1,
      });
    }
    const row = await deviceOf('Wild');
    expect(row).toMatchObject({ receipts: 4, lastSeenAt: 2 ** 53 - 1, memoryMb: { max: 2 ** 53 - 1 } });
    expect(row?.throughput).toMatchObject([{ receipts: 1, tokensPerSecond: 1e12 }]);
  });

  it('shows a bounded page of names that nodes invent, and the most used first', async () => {
    const { pool } = world.database;
    const invent = (amount: number, device: string, model: string) =>
      pool.query(
        `insert into receipt select ${device} || ${model} || '/' || i, op, result_cid, node, market, ${model}, model_digest, task, precision, runtime,
           runtime_version, provider, threads, ${device}, logical_cores, memory_mb, gpus, prompt_tokens, completion_tokens,
           reasoning_tokens, queue_ms, load_ms, first_token_ms, total_ms, output_digest, signature_valid, finished_at, receipt
         from receipt cross join generate_series(1, ${amount}) as i where job_id = 'few' and op = 'a'`,
      );
    await invent(700, "repeat('名', 130) || i", 'model');
    await invent(1_000, "'Busy'", "i || repeat('m', 500)");
    await invent(700, "'Honest ' || i % 10", "'Model ' || i % 100");
    const { rows: folded } = await pool.query('select fold_hardware() as changes');
    expect(folded).toEqual([{ changes: 2_400 }]);
    const rows = await list();
    expect(rows).toHaveLength(16);
    expect(rows[0]).toMatchObject({ name: 'Busy', receipts: 1_000 });
    expect(rows[0]?.throughput).toHaveLength(50);
    expect(rows[1]).toMatchObject({ name: '名'.repeat(120), receipts: 700 });
    for (let at = 0; at < 10; at++) {
      const honest = rows.find(({ name }) => name === `Honest ${at}`);
      expect(honest?.throughput.map(({ receipts }) => receipts)).toEqual(Array(10).fill(7));
    }
    await invent(1_000, "'Device ' || i", "'Other ' || i");
    await pool.query('select fold_hardware()');
    const full = await list();
    expect(full).toHaveLength(200);
    expect(full.every(({ throughput }) => throughput.length > 0)).toBe(true);
    expect(JSON.stringify(full).length).toBeLessThan(300_000);
  });
});
