import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, cidOf, createWorld, MARKET, NOW, signatureOf, type World } from './world.js';

describe('network, hardware, search and transactions', () => {
  let world: World;
  let jobId: string;
  beforeAll(async () => {
    world = await createWorld();
    await world.market(MARKET);
    await world.definition('definition');
    await world.node('node', { queued_in: MARKET });
    await world.node('gone');
    jobId = await world.job('job', 100, {
      status: 'finished',
      node: addressOf('node'),
      listed_at: NOW - 100,
      started_at: NOW - 97,
      ended_at: NOW - 60,
      result_cid: cidOf('result'),
    });
    await world.job('waiting', 101, { listed_at: NOW - 10 });
    await world.result(jobId, 'success', { counted_at: NOW - 60 });
    await world.transaction('finish', 150);
    await world.event('finish', 150, { instruction: 'finish', job: addressOf('job') });
    await world.ledger('finish', 150, {
      kind: 'payout',
      amount: 370_000n,
      vault_delta: -370_000n,
      block_time: NOW - 60,
    });
    await world.ledger('old', 10, { kind: 'payout', amount: 1n, block_time: NOW - 90_000 });
    await world.receipt(jobId, { total_ms: 1_000, load_ms: 200, queue_ms: 300, completion_tokens: 30n });
    await world.receipt(jobId, { op: 'forged', completion_tokens: 1_000_000n, signature_valid: false });
    await world.heartbeat({ head: 160n, indexed: 155n });
  });
  afterAll(() => world.close());

  it('gives the figures of the network and their last 32 buckets', async () => {
    const overview = await world.api.createCaller().network.overview();
    expect(overview).toMatchObject({
      jobsRunning: 0,
      jobsWaiting: 1,
      nodesAtWork: 1,
      nodesTotal: 2,
      settledDay: 370_000n,
      tokensDay: 30,
      medianWaitSeconds: 3,
      jobsTotal: 2,
      jobsSettled: 1,
      lag: { slots: 5, seconds: 2 },
      phase: 'tip',
    });
    const { series } = overview;
    expect(series.bucketSeconds).toBe(60);
    for (const values of [series.jobsRunning, series.settled, series.tokens, series.medianWaitSeconds]) {
      expect(values).toHaveLength(32);
    }
    expect(series.settled.reduce((sum, value) => sum + value, 0n)).toBe(370_000n);
    expect(series.tokens.reduce((sum, value) => sum + value, 0)).toBe(30);
    expect(series.jobsListed.reduce((sum, value) => sum + value, 0)).toBe(2);
    expect(series.medianWaitSeconds.filter((value) => value !== null)).toEqual([3]);
    expect(series.jobsWaiting.at(-1)).toBe(1);
  });

  it('measures devices from receipts with a valid signature only', async () => {
    await world.receipt(jobId, {
      op: 'gpu',
      provider: 'cuda',
      gpus: [{ name: 'RTX 4090', memory_mb: 24_576 }],
      completion_tokens: 500n,
      total_ms: 1_000,
    });
    const rows = await world.api.createCaller().hardware.list();
    const cpu = rows.find((row) => row.kind === 'cpu');
    expect(cpu).toMatchObject({ name: 'Test CPU', nodes: 1, receipts: 1, completionTokens: 30 });
    // 30 tokens in the 0.5 s that are neither loading nor queueing
    expect(cpu?.throughput).toMatchObject([{ model: 'arithmetic', precision: 'fp32', tokensPerSecond: 60 }]);
    expect(rows.find((row) => row.kind === 'gpu')).toMatchObject({
      name: 'RTX 4090',
      memoryMb: { min: 24_576, max: 24_576 },
    });
  });

  it('finds what a pasted text means', async () => {
    const find = async (query: string) =>
      (await world.api.createCaller().search.resolve({ query })).map((hit) => [hit.kind, hit.id, hit.job]);
    expect(await find(addressOf('job'))).toEqual([['job', addressOf('job'), null]]);
    expect(await find(addressOf('node'))).toEqual([['node', addressOf('node'), null]]);
    expect(await find(MARKET)).toEqual([['market', MARKET, null]]);
    expect(await find(addressOf('project'))).toEqual([['project', addressOf('project'), null]]);
    expect(await find(signatureOf('finish'))).toEqual([['transaction', signatureOf('finish'), null]]);
    expect(await find(cidOf('definition'))).toEqual([
      ['definition', cidOf('definition'), addressOf('waiting')],
    ]);
    expect(await find(` ${cidOf('result')} `)).toEqual([['result', cidOf('result'), addressOf('job')]]);
    expect(await find('ARITH')).toEqual([['model', 'arithmetic', null]]);
    expect(await find('cpu-small')).toEqual([['market', MARKET, null]]);
    expect(await find('100%_\\')).toEqual([]);
    expect(await find(addressOf('nobody'))).toEqual([]);
  });

  it('shows a transaction with what it did', async () => {
    const caller = world.api.createCaller();
    const detail = await caller.transactions.bySignature({ signature: signatureOf('finish') });
    expect(detail).toMatchObject({ slot: 150n, finality: 'confirmed', error: null, fee: 5_000n });
    expect(detail.events.map((event) => event.instruction)).toEqual(['finish']);
    expect(detail.ledger.map((entry) => entry.vaultDelta)).toEqual([-370_000n]);
    await expect(caller.transactions.bySignature({ signature: signatureOf('none') })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
