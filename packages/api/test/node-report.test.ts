import { TABLES, writeRows } from '@inferscan/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addressOf, cidOf, createWorld, NOW, type World } from './world.js';

describe('the report of a node', () => {
  let world: World;
  let slot = 100;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  async function node(name: string, named: string | null): Promise<string> {
    await world.node(name, {});
    const id = await world.job(`job of ${name}`, slot++, { status: 'finished', node: addressOf(name) });
    const receipt = (report: string | null) => ({ hardware: report === null ? {} : { report } });
    await world.receipt(id, {
      node: addressOf(name),
      finished_at: NOW - 999,
      receipt: receipt(cidOf('old')),
    });
    await world.receipt(id, { node: addressOf(name), op: 'b', receipt: receipt(named) });
    const forged = { op: 'c', finished_at: NOW, signature_valid: false, receipt: receipt(cidOf('forged')) };
    await world.receipt(id, { node: addressOf(name), ...forged });
    return addressOf(name);
  }

  async function reportRow(cid: string, by: string): Promise<void> {
    const client = await world.database.pool.connect();
    const speed = { model: 'arithmetic', digest: 'ab', precision: 'fp32', threads: 1 };
    try {
      await writeRows(
        client,
        TABLES.nodeReport,
        [
          {
            cid,
            node: by,
            measured_at: NOW - 500,
            system_environment: 'Linux',
            cpu_model: 'EPYC',
            logical_cores: 2,
            ram_mb: 8_000,
            disk_gb: null,
            gpus: [{ name: 'RTX 4090', memory_mb: 24_564 }],
            memory_bandwidth_gb_s: 12.5,
            models: [
              { ...speed, tokensPerSecond: 10 },
              { ...speed, threads: 2, tokensPerSecond: 90 },
            ],
          },
        ],
        'replace',
      );
    } finally {
      client.release();
    }
  }

  const reportOf = async (address: string) =>
    (await world.api.createCaller().nodes.byAddress({ address })).report;

  it('is the one that its last valid receipt names, the fastest first', async () => {
    const address = await node('measured', cidOf('report'));
    await reportRow(cidOf('report'), address);
    expect(await reportOf(address)).toEqual({
      cid: cidOf('report'),
      status: 'read',
      facts: {
        measuredAt: NOW - 500,
        system: 'Linux',
        cpuModel: 'EPYC',
        logicalCores: 2,
        memoryMb: 8_000,
        diskGb: null,
        gpus: [{ name: 'RTX 4090', memoryMb: 24_564 }],
        memoryBandwidthGbS: 12.5,
        speeds: [
          { model: 'arithmetic', precision: 'fp32', threads: 2, tokensPerSecond: 90 },
          { model: 'arithmetic', precision: 'fp32', threads: 1, tokensPerSecond: 10 },
        ],
      },
    });
  });

  it('is not another node’s, and says where it stands until it was read', async () => {
    const address = await node('copier', cidOf('copied'));
    expect(await reportOf(address)).toEqual({ cid: cidOf('copied'), status: 'pending', facts: null });
    await reportRow(cidOf('copied'), addressOf('another'));
    await world.content(cidOf('copied'), 'report', {});
    expect(await reportOf(address)).toEqual({ cid: cidOf('copied'), status: 'foreign', facts: null });
  });

  it('is none where the last receipt names none', async () => {
    expect(await reportOf(await node('silent', null))).toBeNull();
  });
});
