import {
  associatedTokenAddress,
  buildRegisterNode,
  buildUpdateNode,
  buildWork,
  knownMarkets,
  type NodeDescription,
  networkConfig,
  nodeAccountAddress,
  stakeAddress,
} from '@inferscan/protocol';
import { getMarketAccountDecoder } from '@nosana/jobs-program';
import {
  getSettingsAccountDecoder,
  getStakeAccountDecoder,
  getStakeInstruction,
} from '@nosana/stake-program';
import {
  type Address,
  generateKeyPairSigner,
  getAddressEncoder,
  getProgramDerivedAddress,
  type ReadonlyUint8Array,
} from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startTestNet, type TestNet } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

const NETWORK = networkConfig('localnet');
const DAY = 86_400n;

describe('the programs beside jobs', () => {
  let test: TestNet;
  let node: Wallet;
  const bytes = async (of: Address): Promise<Uint8Array> => {
    const { result } = await test.rpc('getAccountInfo', [
      of,
      { encoding: 'base64', commitment: 'processed' },
    ]);
    const { value } = result as { value: { data: [string]; owner: string } | null };
    if (value === null) throw new Error(`${of} does not exist`);
    return Buffer.from(value.data[0], 'base64');
  };
  const derived = async (program: Address, seeds: (string | ReadonlyUint8Array)[]): Promise<Address> => {
    const [found] = await getProgramDerivedAddress({ programAddress: program, seeds });
    return found;
  };

  beforeAll(async () => {
    test = await startTestNet();
    node = createWallet(test, await generateKeyPairSigner());
    await post(
      `${test.net.url}/faucet`,
      JSON.stringify({ address: node.key.address, lamports: '1000000000', nos: '5000000' }),
    );
  });
  afterAll(() => test.stop());

  it('were initialised by genesis', async () => {
    const settings = await derived(NETWORK.stakingProgram, ['settings']);
    const { authority, tokenAccount } = getSettingsAccountDecoder().decode(await bytes(settings));
    expect([authority, tokenAccount]).toEqual([
      'Haqp6FG9LqJS9e2EuaY4uVuwm7AqdExK4pgUrHzTriDX',
      'HLtABkKqsUjb4ECPEnvad6HN7QYf6ANHahAeZQXrAGgV',
    ]);
    const pool = Buffer.from(await bytes(await derived(NETWORK.rewardsProgram, ['reflection'])));
    const rate = pool.readBigUInt64LE(8) + (pool.readBigUInt64LE(16) << 64n);
    expect(rate).toBe(((1n << 128n) - 1n) / 100_000_000_000_000n);
    for (const program of ['jobs', 'nodes', 'staking', 'rewards'] as const) {
      const { result } = await test.rpc('getAccountInfo', [
        NETWORK[`${program}Program`],
        { encoding: 'base64' },
      ]);
      expect(result).toMatchObject({ value: { executable: true } });
    }
  });

  it('let a node stake its own NOS and join a market with it', async () => {
    const mint = NETWORK.nosMint;
    const owner = node.key.address;
    const encoded = [getAddressEncoder().encode(mint), getAddressEncoder().encode(owner)];
    const stake = await stakeAddress(NETWORK, owner);
    await node.send([
      getStakeInstruction({
        mint,
        user: await associatedTokenAddress(owner, mint),
        vault: await derived(NETWORK.stakingProgram, ['vault', ...encoded]),
        stake,
        authority: node.key,
        amount: 2_000_000n,
        duration: 14n * DAY,
      }),
    ]);
    expect(getStakeAccountDecoder().decode(await bytes(stake))).toMatchObject({
      amount: 2_000_000n,
      authority: owner,
      duration: 14n * DAY,
    });
    const market = knownMarkets('localnet')[0]?.address;
    if (market === undefined) throw new Error('no market');
    const run = await generateKeyPairSigner();
    await node.send([await buildWork({ network: NETWORK, market, run, node: node.key })]);
    expect(getMarketAccountDecoder().decode(await bytes(market)).queue).toEqual([owner]);
  });

  it('let a node describe itself, and describe itself anew', async () => {
    const description: NodeDescription = {
      architecture: 'arm64v8',
      country: 756,
      cpu: 8,
      gpu: 1,
      memory: 32,
      iops: 900,
      storage: 65_535,
      endpoint: 'http://127.0.0.1:1',
      icon: '',
      version: '1.2.3',
    };
    const account = await nodeAccountAddress(NETWORK, node.key.address);
    /** Seven numbers after discriminator, authority and audit flag. */
    const numbers = async (): Promise<number[]> => {
      const data = Buffer.from(await bytes(account));
      return [data.readUInt8(41), ...[42, 44, 46, 48, 50, 52].map((offset) => data.readUInt16LE(offset))];
    };
    await node.send([await buildRegisterNode({ network: NETWORK, node: node.key, description })]);
    expect(await numbers()).toEqual([3, 756, 8, 1, 32, 900, 65_535]);
    expect(Buffer.from(await bytes(account)).toString('utf8')).toContain('http://127.0.0.1:1');

    const grown = { ...description, gpu: 4 };
    await node.send([await buildUpdateNode({ network: NETWORK, node: node.key, description: grown })]);
    expect(await numbers()).toEqual([3, 756, 8, 4, 32, 900, 65_535]);
  });
});
