import { type Address, generateKeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { expect, it } from 'vitest';
import { startTestNet, type TestNet } from './support.js';
import { createWallet } from './wallet.js';

const START = 5_000_000_000;
const FEE = 5_000;

it('keeps state, history and disk in step when it forks while transactions come in', async () => {
  let test: TestNet = await startTestNet({ control: true, slotMs: 10 });
  const payer = createWallet(test, await generateKeyPairSigner());
  const to: Address[] = await Promise.all([1, 2, 3].map(async () => (await generateKeyPairSigner()).address));
  await test.rpc('requestAirdrop', [payer.key.address, START]);
  await payer.send([]);
  await test.rpc('localnet_step', [40]);

  let done = false;
  const send = async (): Promise<void> => {
    // One answer lists at most 1000 signatures.
    for (let count = 0; !done && count < 450; count += 1) {
      const destination = to[count % to.length] ?? payer.key.address;
      const amount = BigInt(1_000_000 + count);
      const transfer = getTransferSolInstruction({ source: payer.key, destination, amount });
      await payer.submit(await payer.sign([transfer]), { skipPreflight: true });
    }
  };
  /** What was listed may be dropped before it is read whole: then it is left out. */
  const refused: unknown[] = [];
  let answers = 0;
  const read = async (): Promise<void> => {
    const config = { transactionDetails: 'full', limit: 100, maxSupportedTransactionVersion: 0 };
    while (!done) {
      const { result, error } = await test.rpc('getTransactionsForAddress', [payer.key.address, config]);
      if (error !== undefined) refused.push(error);
      else answers += (result as { data: unknown[] }).data.length;
    }
  };
  const working = Promise.all([send(), send(), read(), read()]);
  let landed = 0;
  let lost = 0;
  for (const drop of [1, 3, 0, 5, 2, 8, 1]) {
    await test.rpc('localnet_step', [4]);
    const { result, error } = await test.rpc('localnet_fork', [{ drop }]);
    expect(error).toBeUndefined();
    const outcome = result as { landed: string[]; lost: { err: string }[] };
    landed += outcome.landed.length;
    lost += outcome.lost.length;
  }
  done = true;
  await working;
  expect(refused).toEqual([]);
  expect(answers).toBeGreaterThan(0);
  await test.rpc('localnet_step');
  expect(landed).toBeGreaterThan(0);
  expect(lost).toBeGreaterThan(0);

  /** Everything that clients can see of the addresses. */
  const observe = async () => {
    const balances = await Promise.all(
      [payer.key.address, ...to].map(async (address) =>
        Number(
          ((await test.rpc('getBalance', [address, { commitment: 'processed' }])).result as { value: number })
            .value,
        ),
      ),
    );
    const config = { commitment: 'confirmed' };
    const { result } = await test.rpc('getSignaturesForAddress', [payer.key.address, config]);
    return { balances, history: result as { signature: string; slot: number; err: unknown }[] };
  };
  await test.rpc('localnet_pause');
  await test.rpc('localnet_step', [40]);
  const before = await observe();
  // The history explains the balances: every transaction paid its fee once, and nothing that was dropped is felt.
  const fees = (before.history.length - 1) * FEE;
  expect(before.balances.reduce((sum, balance) => sum + balance, 0)).toBe(START - fees);
  for (const { signature, slot } of before.history.slice(0, 50)) {
    const { result } = await test.rpc('getTransaction', [
      signature,
      { commitment: 'confirmed', maxSupportedTransactionVersion: 0 },
    ]);
    expect(result).toMatchObject({ slot });
  }

  await test.net.close();
  test = await startTestNet({ control: true, dataDir: test.dataDir });
  const after = await observe();
  expect(after.balances).toEqual(before.balances);
  expect(after.history.map(({ signature }) => signature)).toEqual(
    before.history.map(({ signature }) => signature),
  );
  await test.stop();
});
