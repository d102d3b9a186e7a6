import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { ClassicLevel } from 'classic-level';
import { expect, it } from 'vitest';
import { statusesKey } from '../../src/history/keys.js';
import { startStillNet } from './network.js';
import { createSender, memo, transfer } from './sent.js';
import { key } from './token-layouts.js';
import { SOL, worldOn } from './world.js';

/** What the folder lacks when a version wrote it that did not keep the statuses of a block together. */
async function forgetStatuses(dataDir: string): Promise<void> {
  const db = new ClassicLevel<Uint8Array, Uint8Array>(join(dataDir, 'chain'), { keyEncoding: 'view' });
  await db.clear({ gte: statusesKey(0), lte: statusesKey(Number.MAX_SAFE_INTEGER) });
  await db.close();
}

it.each([
  ['the same version', async () => {}],
  ['a version without statuses by block', forgetStatuses],
])('answers after a restart as it did before, on a folder of %s', async (_name, age) => {
  const net = await startStillNet();
  const world = await worldOn(net);
  const sender = await createSender(world);
  const old = await sender.blockhash();
  const { publicKey } = sender.payer;
  const sent = await sender.send(await sender.legacy([transfer(publicKey, key(7), SOL / 10), memo('kept')]));
  const failed = await sender.force(await sender.legacy([transfer(publicKey, key(7), 5 * SOL)]));
  await world.control('skipSlots', 3);
  await world.step(20);
  await world.finalize();
  const newer = await sender.blockhash();
  const wire = (await sender.legacy([memo('again')], newer)).bytes.toString('base64');
  await world.result('sendTransaction', [wire, { encoding: 'base64' }]);
  await world.finalize();
  const final = await world.slot('finalized');

  const reads: [method: string, ...params: unknown[]][] = [
    ['getGenesisHash'],
    ['getIdentity'],
    ['getBlocks', 0, final],
    ['getBlock', sent.slot],
    ['getBlock', failed.slot, { encoding: 'jsonParsed', maxSupportedTransactionVersion: 0 }],
    ['getBlockTime', sent.slot],
    ['getTransaction', sent.signature],
    ['getTransaction', failed.signature, 'base64'],
    ['getSignaturesForAddress', publicKey.toBase58()],
    ['getSignaturesForAddress', key(7).toBase58(), { limit: 1 }],
    ['getTransactionsForAddress', publicKey.toBase58(), { sortOrder: 'asc' }],
  ];
  const values: [method: string, ...params: unknown[]][] = [
    ['getSignatureStatuses', [sent.signature, failed.signature]],
    ['getAccountInfo', publicKey.toBase58(), { encoding: 'jsonParsed' }],
    ['getBalance', key(7).toBase58()],
    ['isBlockhashValid', old],
    ['isBlockhashValid', newer],
  ];
  const observe = async ({ result }: Pick<typeof world, 'result'>) => ({
    answers: await Promise.all(reads.map(([method, ...params]) => result(method, params))),
    values: await Promise.all(
      values.map(async ([method, ...params]) => ((await result(method, params)) as { value: unknown }).value),
    ),
  });
  const before = await observe(world);
  expect(before.values.slice(3)).toEqual([true, true]);
  const gap = failed.slot + 2;
  const missing = await world.error('getBlock', [gap]);
  expect(missing).toMatchObject({ code: -32007 });

  await net.net.close();
  await age(net.dataDir);
  const again = await startStillNet({ dataDir: net.dataDir });
  try {
    expect(await observe(again)).toEqual(before);
    expect(await again.error('getBlock', [gap])).toEqual(missing);
    expect(await again.error('sendTransaction', [wire, { encoding: 'base64' }])).toMatchObject({
      code: -32002,
      data: { err: 'AlreadyProcessed' },
    });
  } finally {
    await again.stop();
    await rm(net.dataDir, { recursive: true, force: true });
  }
});
