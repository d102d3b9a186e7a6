import { generateKeyPairSigner } from '@solana/kit';
import { expect, it } from 'vitest';
import { startTestNet } from './support.js';
import { createWallet } from './wallet.js';

it('leaves out of whole histories what a restored snapshot takes back while they are read', async () => {
  const test = await startTestNet({ control: true, slotMs: 60_000 });
  const payer = createWallet(test, await generateKeyPairSigner());
  await test.rpc('requestAirdrop', [payer.key.address, 5_000_000_000]);
  const { result } = await test.rpc('localnet_snapshot', []);
  const { snapshot } = result as { snapshot: number };
  const config = { transactionDetails: 'full', limit: 100, maxSupportedTransactionVersion: 0 };
  const refused: unknown[] = [];
  let most = 0;
  for (let round = 0; round < 12; round += 1) {
    for (let count = 0; count < 10; count += 1) {
      await payer.submit(await payer.sign([]), { skipPreflight: true });
      await test.rpc('localnet_step');
    }
    await test.rpc('localnet_step', [40]);
    const read = async (): Promise<void> => {
      const { result, error } = await test.rpc('getTransactionsForAddress', [payer.key.address, config]);
      if (error !== undefined) refused.push(error);
      else most = Math.max(most, (result as { data: unknown[] }).data.length);
    };
    const reading = Array.from({ length: 60 }, read);
    await Promise.all(reading.slice(0, 5));
    await Promise.all([
      test.rpc('localnet_restore', [snapshot]),
      ...Array.from({ length: 60 }, read),
      ...reading,
    ]);
  }
  expect(refused).toEqual([]);
  expect(most).toBeGreaterThanOrEqual(10);
  await test.stop();
});
