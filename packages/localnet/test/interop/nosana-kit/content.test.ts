import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeBytes, encodeJson } from '@inferscan/storage';
import { createIpfsClient, ipfsHashToSolBytesArray, solBytesArrayToIpfsHash } from '@nosana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinMarket, type KitNet, listJob, openMarket, type Party, startKitNet } from './support.js';

/** A job definition as the network's clients post it. */
const DEFINITION = {
  version: '0.1',
  type: 'container',
  meta: { trigger: 'cli' },
  ops: [{ type: 'container/run', id: 'hello', args: { cmd: 'echo "héllo"', image: 'ubuntu' } }],
};

describe('content by @nosana/kit', () => {
  let net: KitNet;
  let party: Party;
  let folder: string;

  beforeAll(async () => {
    net = await startKitNet();
    party = await net.party({ nos: 1_000_000n });
    folder = await mkdtemp(join(tmpdir(), 'kit-content-'));
  });
  afterAll(async () => {
    await net.stop();
    await rm(folder, { recursive: true });
  });

  const write = async (name: string, bytes: Uint8Array | string) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };

  it('is pinned and retrieved: a JSON document, at the address of its text', async () => {
    const { ipfs } = party.client;
    const cid = await ipfs.pin(DEFINITION);
    expect(cid).toBe((await encodeJson(DEFINITION)).cid);
    expect(await ipfs.retrieve(cid)).toEqual(DEFINITION);
    expect(await ipfs.pin(DEFINITION)).toBe(cid);
    expect(await ipfs.retrieve(ipfsHashToSolBytesArray(cid))).toEqual(DEFINITION);
    expect(solBytesArrayToIpfsHash(ipfsHashToSolBytesArray(cid))).toBe(cid);
  });

  it('is a file: JSON comes back as a value, anything else as text', async () => {
    const { ipfs } = party.client;
    const json = await ipfs.pinFile(await write('job.json', `${JSON.stringify(DEFINITION, null, 2)}\n`));
    expect(await ipfs.retrieve(json)).toEqual(DEFINITION);
    const text = await ipfs.pinFile(await write('hello.txt', 'hello\n'));
    expect(text).toBe('QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN');
    expect(await ipfs.retrieve(text)).toBe('hello\n');
  });

  it('spans several blocks', async () => {
    const { ipfs } = party.client;
    const long = { logs: Array.from({ length: 20_000 }, (_, line) => `line ${line} of a long log`) };
    expect(JSON.stringify(long).length).toBeGreaterThan(2 * 262_144);
    expect(await ipfs.retrieve(await ipfs.pin(long))).toEqual(long);
    const bytes = randomBytes(700_000);
    const cid = await ipfs.pinFile(await write('weights.bin', bytes));
    expect(cid).toBe((await encodeBytes(bytes)).cid);
    const served = await fetch(`${net.contentUrl}/ipfs/${cid}`);
    expect(Buffer.from(await served.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('goes from poster to node and back by way of the chain', async () => {
    const node = await net.party({ stake: { amount: 1n, days: 14 } });
    const market = await openMarket(party, { jobPrice: 1 });
    const definition = await party.client.ipfs.pin(DEFINITION);
    const { job } = await listJob(party, { market: market.address, timeout: 600, cid: definition });
    await joinMarket(node, market.address);
    const { ipfsJob } = await node.client.jobs.get(job);
    expect(await node.client.ipfs.retrieve(String(ipfsJob))).toEqual(DEFINITION);

    const results = { status: 'success', startTime: 1, endTime: 2, opStates: [] };
    const ipfsResultsHash = await node.client.ipfs.pin(results);
    await node.send(await node.client.jobs.finish({ job, ipfsResultsHash }));
    const { ipfsResult } = await party.client.jobs.get(job);
    expect(await party.client.ipfs.retrieve(String(ipfsResult))).toEqual(results);
  });

  it('that is not there is an error, which the kit hands on as if it were the content', async () => {
    const absent = 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51';
    expect(await party.client.ipfs.retrieve(absent)).toMatchObject({ error: 'not_found' });
  });

  it('is served to a client made without the rest of the kit', async () => {
    const ipfs = createIpfsClient({ api: net.contentUrl, gateway: `${net.contentUrl}/ipfs/` });
    expect(await ipfs.retrieve(await ipfs.pin({ alone: true }))).toEqual({ alone: true });
  });
});
