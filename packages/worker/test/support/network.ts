import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLocalnet } from '@inferscan/localnet';
import {
  associatedTokenAddress,
  buildEnd,
  buildList,
  buildRecover,
  buildUpdate,
  knownMarkets,
  marketVault,
  networkConfig,
} from '@inferscan/protocol';
import { createContentClient, createDiskStore, createStorageServer } from '@inferscan/storage';
import { getJobAccountDecoder } from '@nosana/jobs-program';
import {
  type Address,
  createKeyPairSignerFromPrivateKeyBytes,
  generateKeyPairSigner,
  type Instruction,
  type KeyPairSigner,
  type Signature,
} from '@solana/kit';
import type { Job } from '../../src/chain/accounts.js';
import { createChainReader } from '../../src/chain/reader.js';
import { createRpcClient } from '../../src/chain/rpc.js';
import { createTransactionSender, type SignedTransaction } from '../../src/chain/sender.js';
import { createChainWatcher } from '../../src/chain/watcher.js';
import { createLog } from '../../src/log.js';
import { NodeState } from '../../src/state/record.js';

/** A localnet, a content store and a poster with money, all on free ports. */
export type TestNetwork = Awaited<ReturnType<typeof startNetwork>>;

export interface PostedJob {
  job: Address;
  run: Address;
  timeout: bigint;
}

/** Of the jobs program, and the two of the nodes program. */
const INSTRUCTIONS = new Set([
  'List',
  'Work',
  'Stop',
  'Finish',
  'End',
  'Complete',
  'Quit',
  'Register',
  'Update',
]);

const never = new AbortController().signal;
const log = createLog(process.env.TEST_LOG ?? 'silent', {});

/** A node's key as it lies in a file, with what it needs to enter a market. */
export interface TestNode {
  signer: KeyPairSigner;
  keypairFile: string;
  stateDir: string;
}

export async function startNetwork() {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-worker-'));
  const startChain = (port: number, wsPort: number) =>
    createLocalnet({ dataDir: join(dir, 'chain'), port, wsPort, slotMs: 100, control: true });
  let localnet = await startChain(0, 0);
  const { url, wsUrl } = localnet;
  const storage = await createStorageServer({ store: createDiskStore(join(dir, 'content')) });
  const content = createContentClient({
    gateways: [storage.url],
    pinningUrl: storage.url,
    allowPrivate: true,
  });

  const network = networkConfig('localnet');
  const [market, otherMarket] = knownMarkets('localnet');
  if (!market || !otherMarket) throw new Error('the localnet has no two markets');
  const vault = await marketVault(network, market.address);
  const client = createRpcClient({ url, log });
  const watcher = createChainWatcher({ wsUrl, network, log });
  const poster = await generateKeyPairSigner();
  const reader = createChainReader({ client, network, node: poster.address });
  const sender = createTransactionSender({ client, watcher, payer: poster });

  async function fund(address: Address, what: object): Promise<void> {
    const response = await fetch(`${url}/faucet`, {
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
    url,
    wsUrl,
    dir,
    network,
    storage,
    content,
    market: market.address,
    otherMarket: otherMarket.address,
    vault,
    poster,
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
        await fund(signer.address, {
          nos: '1',
          stake: { amount: '10000000000', durationSeconds: 31_536_000 },
        });
      }
      return { signer, keypairFile, stateDir: join(dir, 'state') };
    },

    /** Pins a definition, valid or not, and lists a job for it. */
    async post(definition: unknown, timeout = 60n): Promise<PostedJob> {
      const { digest } = await content.pinJson(definition);
      return this.postDigest(digest, timeout);
    },

    async postDigest(definitionDigest: Uint8Array, timeout = 60n, from?: KeyPairSigner): Promise<PostedJob> {
      const payer = from ?? poster;
      const send = from ? createTransactionSender({ client, watcher, payer: from }) : sender;
      const [job, run] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
      const instruction = await buildList({
        network,
        market: market.address,
        job,
        run,
        payer,
        definitionDigest,
        timeout,
      });
      const landed = await send.land(await send.sign('list', [instruction], never), never);
      reader.seenSlot(landed.slot);
      return { job: job.address, run: run.address, timeout };
    },

    /** Signs and sends as anyone. */
    async send(signer: KeyPairSigner, instructions: readonly Instruction[]): Promise<SignedTransaction> {
      const own = createTransactionSender({ client, watcher, payer: signer });
      const signed = await own.sign('test', instructions, never);
      await own.land(signed, never);
      return signed;
    },

    /** Rewrites the terms of a market, as its authority. */
    async changeMarket(
      at: Address,
      change: { price: bigint; accessKey?: Address; jobExpiration?: bigint },
    ): Promise<void> {
      const seed = createHash('sha256').update('inferscan localnet market authority').digest();
      const authority = await createKeyPairSignerFromPrivateKeyBytes(seed);
      await fund(authority.address, { lamports: '1000000000' });
      const instruction = await buildUpdate({
        network,
        market: at,
        authority,
        jobExpiration: change.jobExpiration ?? 86_400n,
        jobPrice: change.price,
        jobType: 1,
        nodeXnosMinimum: 1_000_000n,
        jobTimeout: 3_600n,
        ...(change.accessKey === undefined ? {} : { accessKey: change.accessKey }),
      });
      await this.send(authority, [instruction]);
    },

    /** Calls a method of the localnet's control API. */
    async control(method: string, params: readonly unknown[]): Promise<unknown> {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: `localnet_${method}`, params }),
      });
      const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
      if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
      return answer.result;
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

    /** Nodes in a market's queue, next first. */
    async waitingNodes(at: Address = market.address): Promise<readonly Address[]> {
      const view = await reader.view([at], never);
      return view.places[0]?.market?.waitingNodes ?? [];
    },

    /** Takes the deposit of a job that was given back. */
    async recover(job: Address, project: KeyPairSigner = poster): Promise<void> {
      const payer = project.address;
      await this.send(project, [
        await buildRecover({ network, market: market.address, job, project, payer }),
      ]);
    },

    job: (at: Address): Promise<Job | null> => reader.job(at, never),
    /** Jobs at the latest finalized slot; of several reads the slot of the first. */
    async finalJobs(at: readonly Address[]) {
      let slot = 0n;
      const jobs: (Job | null)[] = [];
      for (let from = 0; from < at.length; from += 100) {
        const part = await reader.finalJobs(at.slice(from, from + 100), never);
        slot ||= part.slot;
        jobs.push(...part.jobs);
      }
      return { slot, jobs };
    },
    latestSlot: () => reader.latestSlot(),

    /** Unix seconds between which a done job is paid. */
    async jobTimes(at: Address): Promise<{ start: bigint; end: bigint }> {
      const { value } = await client.rpc
        .getAccountInfo(at, { encoding: 'base64', commitment: 'confirmed' })
        .send();
      if (!value) throw new Error(`there is no job ${at}`);
      const { timeStart, timeEnd } = getJobAccountDecoder().decode(Buffer.from(value.data[0], 'base64'));
      return { start: timeStart, end: timeEnd };
    },

    /** What a node has on its disk. */
    async stateOf(node: TestNode): Promise<NodeState | null> {
      const path = join(node.stateDir, node.signer.address, 'state.json');
      const text = await readFile(path, 'utf8').catch(() => null);
      return text === null ? null : NodeState.parse(JSON.parse(text));
    },

    /** Base units of NOS in an owner's account, or in the vault; 0n without one. */
    async balance(owner: Address | 'vault'): Promise<bigint> {
      const account = owner === 'vault' ? vault : await associatedTokenAddress(owner, network.nosMint);
      const { value } = await client.rpc
        .getAccountInfo(account, { encoding: 'base64', commitment: 'confirmed' })
        .send();
      return value ? Buffer.from(value.data[0], 'base64').readBigUInt64LE(64) : 0n;
    },

    /** Names of the network's instructions in successful transactions that name an address, oldest first. */
    async actions(address: Address): Promise<string[]> {
      const found = await client.rpc.getSignaturesForAddress(address, { commitment: 'confirmed' }).send();
      const names: string[] = [];
      for (const { signature } of found.filter((entry) => entry.err === null).reverse()) {
        const transaction = await client.rpc
          .getTransaction(signature, {
            commitment: 'confirmed',
            encoding: 'json',
            maxSupportedTransactionVersion: 0,
          })
          .send();
        for (const line of transaction?.meta?.logMessages ?? []) {
          const name = /^Program log: Instruction: (\w+)$/.exec(line)?.[1];
          if (name && INSTRUCTIONS.has(name)) names.push(name);
        }
      }
      return names;
    },

    /** Takes the RPC away, does something, and brings it back where it was. */
    async outage(during: () => Promise<void>): Promise<void> {
      await localnet.close();
      await during();
      localnet = await startChain(Number(new URL(url).port), Number(new URL(wsUrl).port));
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
  timeoutMs = 40_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
