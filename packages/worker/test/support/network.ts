import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLocalnet } from '@inferscan/localnet';
import {
  associatedTokenAddress,
  buildEnd,
  buildList,
  knownMarkets,
  marketVault,
  networkConfig,
} from '@inferscan/protocol';
import { createContentClient, createDiskStore, createStorageServer } from '@inferscan/storage';
import {
  type Address,
  createKeyPairSignerFromPrivateKeyBytes,
  generateKeyPairSigner,
  type KeyPairSigner,
  type Signature,
} from '@solana/kit';
import { pino } from 'pino';

import type { Job } from '../../src/chain/accounts.js';
import { createChainReader } from '../../src/chain/reader.js';
import { createRpcClient } from '../../src/chain/rpc.js';
import { createTransactionSender } from '../../src/chain/sender.js';
import { createChainWatcher } from '../../src/chain/watcher.js';

/** A localnet, a content store and a poster with money, all on free ports. */
export type TestNetwork = Awaited<ReturnType<typeof startNetwork>>;

export interface PostedJob {
  job: Address;
  run: Address;
  timeout: bigint;
}

const never = new AbortController().signal;
const log = pino({ level: process.env.TEST_LOG ?? 'silent' });

/** A node's key as it lies in a file, with what it needs to enter a market. */
export interface TestNode {
  signer: KeyPairSigner;
  keypairFile: string;
  stateDir: string;
}

export async function startNetwork() {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-worker-'));
  const localnet = await createLocalnet({ dataDir: join(dir, 'chain'), port: 0, slotMs: 100 });
  const storage = await createStorageServer({ store: createDiskStore(join(dir, 'content')) });
  const content = createContentClient({
    gateways: [storage.url],
    pinningUrl: storage.url,
    allowPrivate: true,
  });

  const network = networkConfig('localnet');
  const market = knownMarkets('localnet')[0];
  if (!market) throw new Error('the localnet has no market');
  const vault = await marketVault(network, market.address);
  const client = createRpcClient({ url: localnet.url, log });
  const watcher = createChainWatcher({ wsUrl: localnet.wsUrl, network, log });
  const poster = await generateKeyPairSigner();
  const reader = createChainReader({ client, network, market: market.address, node: poster.address });
  const sender = createTransactionSender({ client, watcher, payer: poster });

  async function fund(address: Address, what: object): Promise<void> {
    const response = await fetch(`${localnet.url}/faucet`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ address, ...what }),
    });
    if (!response.ok) throw new Error(`faucet: ${response.status} ${await response.text()}`);
    const { signatures } = (await response.json()) as { signatures: Signature[] };
    await until('the faucet to be confirmed', async () => {
      const { value } = await client.rpc.getSignatureStatuses(signatures).send();
      return value.every((status) => status && status.confirmationStatus !== 'processed');
    });
  }
  await fund(poster.address, { lamports: '5000000000', nos: '1000000000' });

  return {
    ...localnet,
    dir,
    storage,
    content,
    market: market.address,
    vault,
    poster,
    reader,
    fund,
    log,

    /** A node with SOL, and with a stake unless told otherwise. */
    async createNode({ staked = true, lamports = '1000000000' } = {}): Promise<TestNode> {
      const seed = crypto.getRandomValues(new Uint8Array(32));
      const signer = await createKeyPairSignerFromPrivateKeyBytes(seed, true);
      const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', signer.keyPair.publicKey));
      const keypairFile = join(dir, `${signer.address}.json`);
      await writeFile(keypairFile, JSON.stringify([...seed, ...publicKey]), { mode: 0o600 });
      if (lamports !== '0') await fund(signer.address, { lamports });
      if (staked) {
        await fund(signer.address, { nos: '1', stake: { amount: '10000000000', durationSeconds: 31_536_000 } });
      }
      return { signer, keypairFile, stateDir: join(dir, 'state') };
    },

    /** Pins a definition, valid or not, and lists a job for it. */
    async post(definition: unknown, timeout = 60n): Promise<PostedJob> {
      const { digest } = await content.pinJson(definition);
      return this.postDigest(digest, timeout);
    },

    async postDigest(definitionDigest: Uint8Array, timeout = 60n): Promise<PostedJob> {
      const [job, run] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
      const instruction = await buildList({
        network,
        market: market.address,
        job,
        run,
        payer: poster,
        definitionDigest,
        timeout,
      });
      const landed = await sender.land(await sender.sign('list', [instruction], never), never);
      reader.seenSlot(landed.slot);
      return { job: job.address, run: run.address, timeout };
    },

    async end(job: Address, run: Address, node: Address): Promise<void> {
      const instruction = await buildEnd({
        network,
        market: market.address,
        job,
        run,
        node,
        project: poster,
        jobPayer: poster.address,
        runPayer: poster.address,
      });
      await sender.land(await sender.sign('end', [instruction], never), never);
    },

    job: (at: Address): Promise<Job | null> => reader.job(at, never),

    /** Base units of NOS in an owner's account, or in the vault; 0n without one. */
    async balance(owner: Address | 'vault'): Promise<bigint> {
      const account = owner === 'vault' ? vault : await associatedTokenAddress(owner, network.nosMint);
      const { value } = await client.rpc
        .getAccountInfo(account, { encoding: 'base64', commitment: 'confirmed' })
        .send();
      return value ? Buffer.from(value.data[0], 'base64').readBigUInt64LE(64) : 0n;
    },

    /** Signatures of successful transactions that name an address, oldest first. */
    async signatures(address: Address): Promise<string[]> {
      const found = await client.rpc.getSignaturesForAddress(address, { commitment: 'confirmed' }).send();
      return found
        .filter((entry) => entry.err === null)
        .map((entry) => entry.signature as string)
        .reverse();
    },

    async close(): Promise<void> {
      await content.close();
      await storage.close();
      await localnet.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Waits until `check` gives something, looking often. */
export async function until<T>(
  what: string,
  check: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
