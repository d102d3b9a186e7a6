import { type Address, generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet, until } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

describe('an instruction for what is no program', () => {
  let test: TestNet;
  let wallet: Wallet;
  let other: KeyPairSigner;

  beforeAll(async () => {
    test = await startTestNet();
    [wallet, other] = [createWallet(test, await generateKeyPairSigner()), await generateKeyPairSigner()];
    for (const { address } of [wallet.key, other]) {
      await test.rpc('requestAirdrop', [address, 1_000_000_000]);
      await until('the airdrop', async () => {
        const { result } = await test.rpc('getBalance', [address, { commitment: 'confirmed' }]);
        return (result as { value: number }).value > 0;
      });
    }
  });
  afterAll(() => test.stop());

  const errorFor = async (programAddress: Address, method: string, config: object): Promise<unknown> => {
    const wire = await wallet.sign([{ programAddress, data: new Uint8Array([1]) }]);
    const { result, error } = await test.rpc(method, [wire, { encoding: 'base64', ...config }]);
    return error?.data?.err ?? (result as { value: { err: unknown } }).value.err;
  };

  it('is told from one for an account that exists', async () => {
    const { address: absent } = await generateKeyPairSigner();
    for (const [method, config] of [
      ['sendTransaction', { preflightCommitment: 'confirmed' }],
      ['simulateTransaction', { commitment: 'confirmed' }],
    ] as const) {
      expect(await errorFor(absent, method, config), method).toBe('ProgramAccountNotFound');
      expect(await errorFor(other.address, method, config), method).toBe('InvalidProgramForExecution');
    }
  });
});
