import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobsProgramElf } from '@inferscan/programs';
import { buildCloseAdmin, knownMarkets, networkConfig } from '@inferscan/protocol';
import { type Address, generateKeyPairSigner } from '@solana/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resetDataFolder } from '../../src/data-folder.js';
import { createLocalnet, type Localnet, type LocalnetOptions } from '../../src/index.js';
import { callRpc } from '../support.js';
import { createWallet } from '../wallet.js';

const NETWORK = networkConfig('localnet');
const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';

describe('a localnet made to order', () => {
  let dataDir: string;
  const running: Localnet[] = [];
  const start = async (options: LocalnetOptions = {}) => {
    const net = await createLocalnet({ dataDir, port: 0, slotMs: 50, ...options });
    running.push(net);
    const rpc = (method: string, params: unknown[] = []) => callRpc(net.url, method, params);
    const value = async (method: string, ...params: unknown[]): Promise<unknown> =>
      ((await rpc(method, params)).result as { value: unknown }).value;
    return { net, rpc, value };
  };
  const nosOf = async (value: (method: string, ...params: unknown[]) => Promise<unknown>, owner: Address) => {
    const found = (await value(
      'getTokenAccountsByOwner',
      owner,
      { mint: NETWORK.nosMint },
      { encoding: 'jsonParsed' },
    )) as {
      account: { data: { parsed: { info: { tokenAmount: { amount: string } } } } };
    }[];
    return found.map(({ account }) => account.data.parsed.info.tokenAmount.amount);
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'localnet-'));
  });
  afterEach(async () => {
    for (const net of running.splice(0)) await net.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('gives what wallets lack, and no more at the next start', async () => {
    const { address } = await generateKeyPairSigner();
    const airdrops = [{ to: address, lamports: 250_000_000_000n, nos: 7_000_000n }];
    const first = await start({ airdrops });
    expect(await first.value('getBalance', address)).toBe(250_000_000_000);
    expect(await nosOf(first.value, address)).toEqual(['7000000']);
    await first.net.close();

    const second = await start({ airdrops: [{ to: address, lamports: 1n, nos: 8_000_000n }] });
    expect(await second.value('getBalance', address)).toBe(250_000_000_000);
    expect(await nosOf(second.value, address)).toEqual(['8000000']);
  });

  it('puts accounts in place that are not there', async () => {
    const { address } = await generateKeyPairSigner();
    const state = (lamports: bigint) => ({
      lamports,
      owner: TOKEN_PROGRAM,
      data: new Uint8Array([1, 2, 3]),
      executable: false,
      rentEpoch: 0n,
    });
    const first = await start({ accounts: new Map([[address, state(5n)]]) });
    expect(await first.value('getAccountInfo', address, { encoding: 'base64' })).toMatchObject({
      lamports: 5,
      owner: TOKEN_PROGRAM,
      data: ['AQID', 'base64'],
    });
    await first.net.close();
    const second = await start({ accounts: new Map([[address, state(6n)]]) });
    expect(await second.value('getAccountInfo', address, { encoding: 'base64' })).toMatchObject({
      lamports: 5,
    });
  });

  it('runs a program in place of a bundled one', async () => {
    const admin = await generateKeyPairSigner();
    const market = knownMarkets('localnet')[0]?.address;
    if (market === undefined) throw new Error('no market');
    const { rpc, value } = await start({
      programs: new Map([[NETWORK.jobsProgram, jobsProgramElf({ marketAdmin: admin.address })]]),
      airdrops: [{ to: admin.address, lamports: 1_000_000_000n, nos: 1n }],
    });
    // Only the admin that this build of the program knows may close somebody else's market.
    await createWallet({ rpc }, admin).send([
      await buildCloseAdmin({ network: NETWORK, market, authority: admin }),
    ]);
    expect(await value('getAccountInfo', market, { commitment: 'confirmed' })).toBeNull();
  });

  it('says which program or account does not load, and leaves nothing running', async () => {
    const { address } = await generateKeyPairSigner();
    await expect(start({ programs: new Map([[address, new Uint8Array([1, 2, 3])]]) })).rejects.toThrow(
      `The program for ${address} cannot be loaded`,
    );
    // The folder is free again.
    const wrong = {
      lamports: 1n,
      owner: 'BPFLoaderUpgradeab1e11111111111111111111111',
      data: new Uint8Array(),
      executable: true,
      rentEpoch: 0n,
    };
    await expect(start({ accounts: new Map([[address, wrong]]) })).rejects.toThrow(
      `The account ${address} cannot be put in place`,
    );
    await start();
  });

  it('says why a genesis fails', async () => {
    const elf = jobsProgramElf();
    await expect(start({ programs: new Map([[NETWORK.rewardsProgram, elf]]) })).rejects.toThrow(
      'The genesis of the network failed',
    );
  });

  it('serves a content store beside the chain, and keeps its files', async () => {
    const first = await start({ contentPort: 0 });
    const response = await fetch(`${first.net.contentUrl}/pinning/pinJSONToIPFS`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pinataContent: { answer: 42 } }),
    });
    const { IpfsHash } = (await response.json()) as { IpfsHash: string };
    await first.net.close();
    const second = await start({ contentPort: 0 });
    const found = await fetch(`${second.net.contentUrl}/ipfs/${IpfsHash}`);
    expect(await found.json()).toEqual({ answer: 42 });
    const third = await createLocalnet({ port: 0 });
    expect(third.contentUrl).toBeNull();
    await third.close();
  });

  it('says when the port of the content store is taken', async () => {
    const { net } = await start({ contentPort: 0 });
    const port = Number(new URL(net.contentUrl ?? '').port);
    const other = await mkdtemp(join(tmpdir(), 'localnet-'));
    await expect(createLocalnet({ dataDir: other, port: 0, contentPort: port })).rejects.toThrow(
      `${port} for the content store: it is taken by another program`,
    );
    await rm(other, { recursive: true });
  });

  it('needs no folder, and then leaves none behind', async () => {
    const before = new Set((await readdir(tmpdir())).filter((name) => name.startsWith('localnet-')));
    const net = await createLocalnet({ port: 0, slotMs: 50 });
    const made = (await readdir(tmpdir())).filter(
      (name) => name.startsWith('localnet-') && !before.has(name),
    );
    expect(made.length).toBeGreaterThan(0);
    await net.close();
    // Other tests make and remove folders of the same name at the same time: one of the new ones was this one's.
    const left = new Set(await readdir(tmpdir()));
    expect(made.some((name) => !left.has(name))).toBe(true);
  });

  it('begins anew on a reset, which leaves other files alone', async () => {
    const first = await start({ contentPort: 0 });
    await expect(resetDataFolder(dataDir)).rejects.toThrow('Another process is using the localnet data');
    const { result: genesis } = await first.rpc('getGenesisHash');
    await first.net.close();
    await writeFile(join(dataDir, 'notes.txt'), 'mine');
    await mkdir(join(dataDir, 'content'), { recursive: true });

    await resetDataFolder(dataDir);
    expect((await readdir(dataDir)).filter((name) => name !== 'chain')).toEqual(['notes.txt']);
    const second = await start();
    expect((await second.rpc('getGenesisHash')).result).not.toBe(genesis);
    await second.net.close();
    // A folder that was never used is no reason to fail.
    await resetDataFolder(join(dataDir, 'fresh'));
  });
});
