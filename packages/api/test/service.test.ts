import { createPrivateKey, sign } from 'node:crypto';

import { TABLES, writeRows } from '@inferscan/db';
import {
  inferenceDefinition,
  RESULT_SERVICE,
  SERVICE_RECEIPT_SCHEMA,
  serviceHostLabel,
  signServiceReceipt,
} from '@inferscan/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addressOf, cidOf, createWorld, MARKET, NOW, type World } from './world.js';

/** The key whose bytes are all 7, and its address. */
const SIGNER = 'GmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB';
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
});

const definition = inferenceDefinition({
  model: 'arithmetic',
  task: 'text-generation',
  serve: { port: 8080 },
});

describe('a job that asks for an endpoint', () => {
  let world: World;
  let slot = 100;
  beforeAll(async () => {
    world = await createWorld();
    await world.market(MARKET);
    await world.content(cidOf('service'), 'definition', definition);
    await world.content(cidOf('definition'), 'definition', { version: '0.1' });
  });
  afterAll(() => world.close());

  async function register(node: string, endpoint: string): Promise<void> {
    const client = await world.database.pool.connect();
    const machine = { architecture: 1, country: 528, cpu: 2, gpu: 0, memory: 8, iops: 100, storage: 40 };
    const row = {
      ...{ address: `entry of ${node}`, node, audited: false, ...machine, endpoint, icon: '', version: '' },
      ...{ registered_at: NOW, registered_position: null, updated_at: NOW, updated_position: '1' },
    };
    try {
      await writeRows(client, TABLES.nodeRegistration, [row], 'replace');
    } finally {
      client.release();
    }
  }

  const serviceOf = async (name: string, values: Parameters<World['job']>[2]) => {
    await world.job(name, slot++, { definition_cid: cidOf('service'), ...values });
    return (await world.api.createCaller().jobs.byAddress({ address: addressOf(name) })).service;
  };

  it('says where it is, by its node’s entry on chain', async () => {
    await register(addressOf('open'), 'http://127.0.0.1:8911/');
    expect(await serviceOf('running', { status: 'running', node: addressOf('open') })).toEqual({
      op: 'inference',
      model: 'arithmetic',
      task: 'text-generation',
      example: { prompt: '384*57', reasoning: true },
      hostLabel: serviceHostLabel(0, 8080, addressOf('running')),
      baseUrl: 'http://127.0.0.1:8911/v1',
      receipt: null,
    });
  });

  it('says no address that is none, and none before a node has it', async () => {
    await register(addressOf('odd'), 'javascript:alert(1)');
    for (const node of [addressOf('odd'), addressOf('unregistered'), null]) {
      expect(await serviceOf(`job of ${node}`, { node })).toMatchObject({ baseUrl: null });
    }
  });

  it('says what was served, and whether its node signed that', async () => {
    const job = addressOf('served');
    const receipt = await signServiceReceipt(
      {
        ...{ schema: SERVICE_RECEIPT_SCHEMA, job, market: MARKET, node: SIGNER, run: addressOf('run') },
        ...{ op: 'inference', definition_cid: cidOf('service'), spec_digest: 'ab'.repeat(32) },
        ...{ model: { name: 'arithmetic', digest: 'cd'.repeat(32), parameters: 1 }, task: 'text-generation' },
        ...{ precision: 'fp32', port: 8080, host_label: 'label', attestation: { tokens: 'measured' } },
        requests: { served: 3, refused: 1, cancelled: 0, failed: 0 },
        tokens: { prompt: 30, cached: 10, completion: 60, reasoning: 50 },
        hardware: { cpu_model: 'CPU', logical_cores: 1, memory_mb: 1 },
        ...{ started_at: NOW - 60, finished_at: NOW },
      },
      (message) => new Uint8Array(sign(null, message, privateKey)),
    );
    const result = (value: object) => ({
      status: 'stopped',
      opStates: [{ operationId: 'inference', results: { [RESULT_SERVICE]: [JSON.stringify(value)] } }],
    });
    await world.content(cidOf('honest'), 'result', result(receipt));
    await world.content(
      cidOf('bent'),
      'result',
      result({ ...receipt, requests: { ...receipt.requests, served: 4 } }),
    );
    const over = { status: 'finished', node: SIGNER } as const;
    expect(await serviceOf('served', { ...over, result_cid: cidOf('honest') })).toMatchObject({
      receipt: {
        signatureValid: true,
        requests: { served: 3, refused: 1 },
        tokens: { prompt: 30, cached: 10, completion: 60, reasoning: 50 },
        tokensAre: 'measured',
      },
    });
    // Somebody else's receipt, or one that was changed, is shown as what it is.
    for (const [name, cid] of [['copied', cidOf('honest')] as const, ['served', cidOf('bent')] as const]) {
      expect(await serviceOf(name, { ...over, result_cid: cid })).toMatchObject({
        receipt: { signatureValid: false },
      });
    }
  });

  it('is none where a job asks for answers or cannot be read', async () => {
    expect(await serviceOf('plain', { definition_cid: cidOf('definition') })).toBeNull();
    expect(await serviceOf('unread', { definition_cid: cidOf('nothing') })).toBeNull();
  });
});
