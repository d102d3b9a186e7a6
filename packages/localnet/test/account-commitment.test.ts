import { networkConfig } from '@inferscan/protocol';
import { type Address, generateKeyPairSigner } from '@solana/kit';
import { getAssignInstruction, getTransferSolInstruction } from '@solana-program/system';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { post, startTestNet, type TestNet } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

const { jobsProgram, nosMint } = networkConfig('localnet');
const COMMITMENTS = ['processed', 'confirmed', 'finalized'] as const;
/** Blocks that must follow one before it is final. */
const FINALITY = 31;

describe('accounts at a commitment', () => {
  let test: TestNet;
  let payer: Wallet;
  let to: Address;

  const control = async (name: string, ...params: unknown[]): Promise<unknown> => {
    const { result, error } = await test.rpc(`localnet_${name}`, params);
    if (error !== undefined) throw new Error(error.message);
    return result;
  };
  const value = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const { result, error } = await test.rpc(method, params);
    if (error !== undefined) return error.message;
    return (result as { value: unknown }).value;
  };
  /** One read at each commitment, from processed to finalized. */
  const atEach = (read: (commitment: string) => Promise<unknown>): Promise<unknown[]> =>
    Promise.all(COMMITMENTS.map(read));
  const balances = () => atEach((commitment) => value('getBalance', to, { commitment }));
  const pay = async (amount: bigint): Promise<string> => {
    const transfer = getTransferSolInstruction({ source: payer.key, destination: to, amount });
    return String((await payer.submit(await payer.sign([transfer]))).result);
  };

  beforeEach(async () => {
    test = await startTestNet({ control: true });
    payer = createWallet(test, await generateKeyPairSigner());
    to = (await generateKeyPairSigner()).address;
    await control('pause');
    await test.rpc('requestAirdrop', [payer.key.address, 10_000_000_000]);
    await control('step', FINALITY + 1);
  });
  afterEach(() => test.stop());

  it('show a transaction as far as it has got', async () => {
    await pay(1_000_000n);
    expect(await balances()).toEqual([1_000_000, 0, 0]);
    await control('step');
    expect(await balances()).toEqual([1_000_000, 1_000_000, 0]);
    await pay(2_000_000n);
    expect(await balances()).toEqual([3_000_000, 1_000_000, 0]);
    await control('step', FINALITY);
    expect(await balances()).toEqual([3_000_000, 3_000_000, 1_000_000]);
    await control('step');
    expect(await balances()).toEqual([3_000_000, 3_000_000, 3_000_000]);
  });

  it('agree with the slot that the answer names', async () => {
    await pay(1_000_000n);
    await control('step', 3);
    const slots = await atEach(async (commitment) => {
      const { result } = await test.rpc('getAccountInfo', [to, { commitment }]);
      return (result as { context: { slot: number } }).context.slot;
    });
    expect(slots).toEqual(
      await atEach(async (commitment) => (await test.rpc('getSlot', [{ commitment }])).result),
    );
  });

  it('list the accounts that a program had', async () => {
    const account = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [account.key.address, 1_000_000_000]);
    const list = () =>
      atEach(async (commitment) => {
        const { result } = await test.rpc('getProgramAccounts', [
          jobsProgram,
          { commitment, encoding: 'base64', filters: [{ dataSize: 0 }] },
        ]);
        return (result as { pubkey: string }[]).map(({ pubkey }) => pubkey);
      });
    await account.submit(
      await account.sign([getAssignInstruction({ account: account.key, programAddress: jobsProgram })]),
    );
    const { address } = account.key;
    expect(await list()).toEqual([[address], [], []]);
    await control('step');
    expect(await list()).toEqual([[address], [address], []]);
    await control('step', FINALITY);
    expect(await list()).toEqual([[address], [address], [address]]);
    await control('setAccount', address, null);
    expect(await list()).toEqual([[], [address], [address]]);
    await control('step');
    expect(await list()).toEqual([[], [], [address]]);
  });

  it('hold for token balances and supplies too', async () => {
    const answer = JSON.parse(
      await post(`${test.net.url}/faucet`, JSON.stringify({ address: payer.key.address, nos: '7' })),
    ) as { tokenAccount: string };
    const supply = () =>
      atEach(async (commitment) =>
        Number(((await value('getTokenSupply', nosMint, { commitment })) as { amount: string }).amount),
      );
    const owned = () =>
      atEach(async (commitment) => {
        const filter = { mint: nosMint };
        const config = { commitment, encoding: 'base64' };
        const found = await value('getTokenAccountsByOwner', payer.key.address, filter, config);
        return (found as unknown[]).length;
      });
    expect(await supply()).toEqual([7, 0, 0]);
    expect(await owned()).toEqual([1, 0, 0]);
    await control('step');
    expect(await supply()).toEqual([7, 7, 0]);
    expect(await owned()).toEqual([1, 1, 0]);
    const { error } = await test.rpc('getTokenAccountBalance', [answer.tokenAccount]);
    expect(error?.message).toContain('could not find account');
  });

  it('survive a fork: what was final stays, what was not is taken back', async () => {
    await pay(1_000_000n);
    await control('step', FINALITY);
    const lost = await pay(2_000_000n);
    await control('step');
    expect(await balances()).toEqual([3_000_000, 3_000_000, 1_000_000]);
    await control('fork', { drop: 1, without: [lost] });
    expect(await balances()).toEqual([1_000_000, 1_000_000, 1_000_000]);
    await control('step', FINALITY);
    expect(await balances()).toEqual([1_000_000, 1_000_000, 1_000_000]);
  });

  it('go back with a snapshot', async () => {
    await pay(1_000_000n);
    const { snapshot } = (await control('snapshot')) as { snapshot: number };
    await pay(2_000_000n);
    await control('step', FINALITY + 1);
    expect(await balances()).toEqual([3_000_000, 3_000_000, 3_000_000]);
    await control('restore', snapshot);
    expect(await balances()).toEqual([1_000_000, 1_000_000, 1_000_000]);
  });
});
