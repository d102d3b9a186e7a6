import { generateKeyPairSigner, type KeyPairSigner, lamports } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

const SOL = 1_000_000_000n;
/** Slots after which what is confirmed is final. */
const TO_FINAL = 32;

interface Simulation {
  readonly context: { slot: number };
  readonly value: { err: unknown; preBalances: number[] | null; logs: string[] };
}

describe('simulation and preflight', () => {
  let test: TestNet;
  let source: Wallet;

  beforeAll(async () => {
    test = await startTestNet({ control: true });
    await test.rpc('localnet_pause');
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    source = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [source.key.address, Number(10n * SOL)]);
    await step(TO_FINAL);
  });

  const step = async (slots = 1): Promise<void> => {
    for (let slot = 0; slot < slots; slot += 1) await test.rpc('localnet_step');
  };
  const transfer = (to: KeyPairSigner, amount: bigint) =>
    getTransferSolInstruction({ source: source.key, destination: to.address, amount: lamports(amount) });
  const oldBlockhash = async (): Promise<string> => {
    const { result } = await test.rpc('getLatestBlockhash', [{ commitment: 'finalized' }]);
    return (result as { value: { blockhash: string } }).value.blockhash;
  };
  const simulate = async (wire: string, config: object): Promise<Simulation> => {
    const { result } = await test.rpc('simulateTransaction', [wire, { encoding: 'base64', ...config }]);
    return result as Simulation;
  };

  it('run on the accounts of their commitment, and leave those of the open slot as they are', async () => {
    const to = await generateKeyPairSigner();
    const blockhash = await oldBlockhash();
    const spend = await source.sign([transfer(to, 9n * SOL)], blockhash);
    const then = await source.sign([transfer(to, 8n * SOL)], blockhash);
    expect((await source.submit(spend)).error).toBeUndefined();
    const outcome = async (commitment: string) => (await simulate(then, { commitment })).value.err;

    // Open: spent. Confirmed and final: nothing of it is known.
    expect(await outcome('processed')).toMatchObject({ InstructionError: [0, { Custom: 1 }] });
    expect(await outcome('confirmed')).toBeNull();
    expect(await outcome('finalized')).toBeNull();
    expect((await simulate(then, {})).value.preBalances?.[0]).toBe(Number(10n * SOL));
    expect(await test.rpc('getBalance', [to.address, { commitment: 'processed' }])).toMatchObject({
      result: { value: Number(9n * SOL) },
    });

    await step();
    expect(await outcome('confirmed')).not.toBeNull();
    expect(await outcome('finalized')).toBeNull();
    await step(TO_FINAL);
    expect(await outcome('finalized')).not.toBeNull();
  });

  it('know a blockhash only from its slot on: the trap of a default preflight', async () => {
    const to = await generateKeyPairSigner();
    await step();
    const wire = await source.sign([transfer(to, SOL)]);
    const refused = await source.submit(wire, { preflightCommitment: 'finalized' });
    expect(refused.error).toMatchObject({
      code: -32002,
      message: 'Transaction simulation failed: Blockhash not found',
      data: { err: 'BlockhashNotFound' },
    });
    expect(await source.submit(wire, { preflightCommitment: null })).toEqual(refused);
    expect((await simulate(wire, { replaceRecentBlockhash: true })).value.err).toBeNull();
    expect((await source.submit(wire, { preflightCommitment: 'confirmed' })).error).toBeUndefined();
  });

  it('know a transaction as processed only from its slot on', async () => {
    const to = await generateKeyPairSigner();
    const wire = await source.sign([transfer(to, SOL)], await oldBlockhash());
    await source.submit(wire);
    const outcome = async (commitment: string) => (await simulate(wire, { commitment })).value.err;
    expect(await outcome('processed')).toBe('AlreadyProcessed');
    expect(await outcome('confirmed')).toBeNull();
    await step();
    expect(await outcome('confirmed')).toBe('AlreadyProcessed');
    // Sent again by a client whose preflight lags, it is dropped and does nothing twice.
    expect((await source.submit(wire, { preflightCommitment: 'finalized' })).error).toBeUndefined();
    await step(TO_FINAL);
    expect(await test.rpc('getBalance', [to.address])).toMatchObject({ result: { value: Number(SOL) } });
  });
});
