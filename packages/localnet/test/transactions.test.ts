import { generateKeyPairSigner, type Instruction } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet, until } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

describe('sending transactions', () => {
  let test: TestNet;
  let payer: Wallet;
  const SOL = 1_000_000_000n;

  beforeAll(async () => {
    test = await startTestNet({ slotMs: 20, control: true });
    payer = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [payer.key.address, Number(5n * SOL)]);
  });
  afterAll(() => test.stop());

  const transfer = (amount: bigint, to = '11111111111111111111111111111112'): Instruction =>
    getTransferSolInstruction({ source: payer.key, destination: to as never, amount });
  const balance = async (): Promise<number> => {
    const { result } = await test.rpc('getBalance', [payer.key.address, { commitment: 'processed' }]);
    return (result as { value: number }).value;
  };
  const status = async (signature: string, search = false): Promise<Record<string, unknown> | null> => {
    const { result } = await test.rpc('getSignatureStatuses', [
      [signature],
      { searchTransactionHistory: search },
    ]);
    return (result as { value: (Record<string, unknown> | null)[] }).value[0] ?? null;
  };

  it('refuses the same transaction a second time', async () => {
    const wire = await payer.sign([transfer(SOL / 100n)]);
    const before = await balance();
    const { result } = await payer.submit(wire);
    expect(result).toEqual(expect.any(String));
    const again = await payer.submit(wire);
    expect(again.error).toMatchObject({ code: -32002, data: { err: 'AlreadyProcessed', logs: [] } });
    expect(again.error?.message).toBe(
      'Transaction simulation failed: This transaction has already been processed',
    );
    // Without preflight the duplicate is dropped without a word, as validators do.
    expect((await payer.submit(wire, { skipPreflight: true })).result).toBe(result);
    expect(await balance()).toBe(before - Number(SOL / 100n) - 5000);
  });

  it('refuses an unknown blockhash, a wrong signature and unreadable bytes', async () => {
    const unknown = await payer.submit(await payer.sign([transfer(1n)], payer.key.address));
    expect(unknown.error).toMatchObject({ code: -32002, data: { err: 'BlockhashNotFound' } });

    const forged = Buffer.from(await payer.sign([transfer(SOL / 100n)]), 'base64');
    forged.writeUInt8(forged.readUInt8(10) ^ 1, 10);
    expect((await payer.submit(forged.toString('base64'))).error).toMatchObject({ code: -32003 });

    for (const garbage of [
      '',
      'AAAA',
      'no base64!',
      forged.subarray(0, 100).toString('base64'),
      'A'.repeat(2000),
    ]) {
      expect((await payer.submit(garbage)).error?.code, garbage.slice(0, 20)).toBe(-32602);
    }
  });

  it('takes the fee of a failed transaction that was sent without preflight', async () => {
    const before = await balance();
    const signature = await payer.send([transfer(100n * SOL)], { skipPreflight: true });
    expect(await balance()).toBe(before - 5000);
    expect(await status(signature)).toMatchObject({
      err: { InstructionError: [0, { Custom: 1 }] },
      status: { Err: { InstructionError: [0, { Custom: 1 }] } },
    });
    const { result } = await test.rpc('getTransaction', [
      signature,
      { commitment: 'confirmed', maxSupportedTransactionVersion: 0 },
    ]);
    expect(result).toMatchObject({ meta: { err: { InstructionError: [0, { Custom: 1 }] }, fee: 5000 } });
  });

  it('takes base58 as well, which is the default', async () => {
    const wire = Buffer.from(await payer.sign([transfer(SOL / 50n)]), 'base64');
    const { default: bs58 } = await import('bs58');
    const { result } = await test.rpc('sendTransaction', [bs58.encode(wire), { skipPreflight: true }]);
    expect(result).toEqual(expect.any(String));
  });

  it('simulates without keeping anything', async () => {
    const wire = await payer.sign([transfer(SOL)], payer.key.address);
    const before = await balance();
    const simulate = (config: object) =>
      test.rpc('simulateTransaction', [wire, { encoding: 'base64', commitment: 'processed', ...config }]);
    expect((await simulate({})).result).toMatchObject({ value: { err: 'BlockhashNotFound' } });
    const replaced = await simulate({
      replaceRecentBlockhash: true,
      innerInstructions: true,
      accounts: { encoding: 'base64', addresses: [payer.key.address] },
    });
    expect(replaced.result).toMatchObject({
      value: {
        err: null,
        unitsConsumed: 150,
        replacementBlockhash: { blockhash: expect.any(String) },
        accounts: [{ lamports: before - Number(SOL) - 5000 }],
      },
    });
    expect((await simulate({ replaceRecentBlockhash: true, sigVerify: true })).error?.code).toBe(-32602);
    expect(await balance()).toBe(before);
  });

  it('goes from processed to confirmed to finalized', async () => {
    await test.rpc('localnet_pause');
    const { result } = await payer.submit(await payer.sign([transfer(SOL / 200n)]));
    const signature = String(result);
    expect(await status(signature)).toMatchObject({ confirmationStatus: 'processed' });
    await test.rpc('localnet_step');
    expect(await status(signature)).toMatchObject({ confirmationStatus: 'confirmed' });
    await test.rpc('localnet_resume');
    const final = await until('finality', async () => {
      const now = await status(signature);
      return now?.confirmationStatus === 'finalized' ? now : null;
    });
    expect(final.confirmations).toBeNull();
    // Until here only confirmed reads saw it; now the default commitment, finalized, does.
    const { result: found } = await test.rpc('getTransaction', [
      signature,
      { maxSupportedTransactionVersion: 0 },
    ]);
    expect(found).toMatchObject({ slot: final.slot });
  });

  it('shows a transaction only to reads at a commitment that it has reached', async () => {
    const signature = await payer.send([transfer(SOL / 300n)]);
    const read = async (commitment: string) =>
      (await test.rpc('getTransaction', [signature, { commitment, maxSupportedTransactionVersion: 0 }]))
        .result;
    expect(await read('confirmed')).not.toBeNull();
    expect(await read('finalized')).toBeNull();
    const list = async (commitment: string) =>
      (await test.rpc('getSignaturesForAddress', [payer.key.address, { commitment, limit: 1 }])).result;
    expect(await list('confirmed')).toMatchObject([{ signature }]);
    expect(await list('finalized')).not.toMatchObject([{ signature }]);
    const { error } = await test.rpc('getTransaction', [signature, { commitment: 'processed' }]);
    expect(error?.code).toBe(-32602);
  });

  it('asks clients to say that they know version 0', async () => {
    const signature = await payer.send([transfer(SOL / 400n)]);
    const { error } = await test.rpc('getTransaction', [signature, { commitment: 'confirmed' }]);
    expect(error?.code).toBe(-32015);
    expect(error?.message).toContain('"maxSupportedTransactionVersion": 0');
  });

  it('lets a blockhash expire after 150 blocks', async () => {
    const { result } = await test.rpc('getLatestBlockhash', [{ commitment: 'confirmed' }]);
    const { blockhash, lastValidBlockHeight } = (
      result as { value: { blockhash: string; lastValidBlockHeight: number } }
    ).value;
    const valid = async () =>
      (await test.rpc('isBlockhashValid', [blockhash, { commitment: 'processed' }])).result as {
        value: boolean;
      };
    expect((await valid()).value).toBe(true);
    await until('the blockhash to expire', async () => {
      const { result: height } = await test.rpc('getBlockHeight', [{ commitment: 'processed' }]);
      return Number(height) > lastValidBlockHeight;
    });
    expect((await valid()).value).toBe(false);
    const late = await payer.submit(await payer.sign([transfer(1n)], blockhash));
    expect(late.error).toMatchObject({ data: { err: 'BlockhashNotFound' } });
  });
});
