import { networkConfig } from '@inferscan/protocol';
import { type Address, address, createSolanaRpc, generateKeyPairSigner } from '@solana/kit';
import { getAssignInstruction } from '@solana-program/system';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet } from './support.js';
import { createWallet } from './wallet.js';

const PROGRAM = address(networkConfig('localnet').jobsProgram);

describe('the accounts of a program', () => {
  let test: TestNet;
  beforeEach(async () => {
    test = await startTestNet({ control: true });
  });
  afterEach(() => test.stop());

  const list = async (): Promise<Address[]> => {
    const found = await createSolanaRpc(test.net.url)
      .getProgramAccounts(PROGRAM, {
        encoding: 'base64',
        commitment: 'processed',
        filters: [{ dataSize: 0n }],
      })
      .send();
    return found.map(({ pubkey }) => pubkey);
  };
  const control = async (name: string, ...params: unknown[]): Promise<unknown> => {
    const { result, error } = await test.rpc(`localnet_${name}`, params);
    if (error !== undefined) throw new Error(error.message);
    return result;
  };

  it('are followed through transactions, accounts put in place, and forks', async () => {
    expect(await list()).toEqual([]);
    const account = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [account.key.address, 1_000_000_000]);
    await account.send([getAssignInstruction({ account: account.key, programAddress: PROGRAM })]);
    expect(await list()).toEqual([account.key.address]);

    const { snapshot } = (await control('snapshot')) as { snapshot: number };
    const other = (await generateKeyPairSigner()).address;
    await control('setAccount', other, { lamports: 1, owner: PROGRAM, data: ['', 'base64'] });
    expect((await list()).sort()).toEqual([account.key.address, other].sort());
    await control('setAccount', account.key.address, null);
    expect(await list()).toEqual([other]);
    await control('restore', snapshot);
    expect(await list()).toEqual([account.key.address]);
  });
});
