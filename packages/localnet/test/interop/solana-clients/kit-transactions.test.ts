import {
  type Address,
  assertIsFullySignedTransaction,
  assertIsSendableTransaction,
  createNoopSigner,
  estimateAndSetComputeUnitLimitFactory,
  estimateComputeUnitLimitFactory,
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  getBase64Encoder,
  getSignatureFromTransaction,
  getTransactionDecoder,
  type Instruction,
  partiallySignTransaction,
  partiallySignTransactionMessageWithSigners,
  sendTransactionWithoutConfirmingFactory,
  setTransactionMessageFeePayerSigner,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet, until } from '../../support.js';
import { createKitClient, type KitClient } from './kit.js';

describe('transactions of @solana/kit', () => {
  let test: TestNet;
  let client: KitClient;

  beforeAll(async () => {
    test = await startTestNet();
    client = await createKitClient(test);
  });
  afterAll(() => test.stop());

  const balanceOf = async (address: Address): Promise<bigint> =>
    (await client.rpc.getBalance(address, { commitment: 'confirmed' }).send()).value;

  it('receive an airdrop', async () => {
    expect(await balanceOf(client.payer.address)).toBe(5_000_000_000n);
  });

  it('are confirmed by subscription, and read back', async () => {
    const { address: bob } = await generateKeyPairSigner();
    const transfer = getTransferSolInstruction({
      source: client.payer,
      destination: bob,
      amount: 1_000_000n,
    });
    const signature = await client.send([transfer]);
    expect(await balanceOf(bob)).toBe(1_000_000n);
    const found = await client.rpc
      .getTransaction(signature, {
        commitment: 'confirmed',
        encoding: 'json',
        maxSupportedTransactionVersion: 0,
      })
      .send();
    expect(found?.meta).toMatchObject({ err: null, fee: 5000n });
    expect(found?.transaction.message.accountKeys).toContain(bob);
    expect(Number(found?.version)).toBe(0);
    const [status] = (await client.rpc.getSignatureStatuses([signature]).send()).value;
    expect(status?.confirmationStatus).toBe('confirmed');
  });

  it('are signed by two parties that never share a key', async () => {
    const [sender, sponsor] = [await generateKeyPairSigner(), client.payer];
    const { address: bob } = await generateKeyPairSigner();
    await client.send([
      getTransferSolInstruction({ source: sponsor, destination: sender.address, amount: 2_000_000n }),
    ]);
    const transfer = getTransferSolInstruction({ source: sender, destination: bob, amount: 2_000_000n });
    const draft = await client.draft([transfer]);
    const half = await partiallySignTransactionMessageWithSigners(
      setTransactionMessageFeePayerSigner(createNoopSigner(sponsor.address), draft),
    );
    expect(() => assertIsFullySignedTransaction(half)).toThrow(sponsor.address);
    // The other party gets it as text, looks at it, and pays for it.
    const text = getBase64EncodedWireTransaction(half);
    const received = getTransactionDecoder().decode(getBase64Encoder().encode(text));
    expect(Object.keys(received.signatures)).toEqual([sponsor.address, sender.address]);
    const whole = await partiallySignTransaction([sponsor.keyPair], received);
    assertIsSendableTransaction(whole);
    await sendTransactionWithoutConfirmingFactory(client)(whole, { commitment: 'confirmed' });
    await until('the transfer', async () => (await balanceOf(bob)) === 2_000_000n);
    expect(await balanceOf(sender.address)).toBe(0n);
  });

  it('are measured before they are sent', async () => {
    const transfer: Instruction = getTransferSolInstruction({
      source: client.payer,
      destination: client.payer.address,
      amount: 1n,
    });
    const estimate = estimateComputeUnitLimitFactory(client);
    const draft = await client.draft([transfer]);
    // 150 of the transfer and 150 of the instruction that sets the limit.
    expect(await estimate(draft)).toBe(300);
    const limited = await estimateAndSetComputeUnitLimitFactory(estimate)(draft);
    const signed = await signTransactionMessageWithSigners(limited);
    assertIsSendableTransaction(signed);
    await sendTransactionWithoutConfirmingFactory(client)(signed, { commitment: 'confirmed' });
    const signature = getSignatureFromTransaction(signed);
    const used = await until('the transaction', async () => {
      const found = await client.rpc
        .getTransaction(signature, {
          commitment: 'confirmed',
          encoding: 'json',
          maxSupportedTransactionVersion: 0,
        })
        .send();
      return found?.meta?.computeUnitsConsumed;
    });
    expect(used).toBe(300n);
  });
});
