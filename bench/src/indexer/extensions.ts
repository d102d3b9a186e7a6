import { randomBytes } from 'node:crypto';
import { buildExtend, buildList, knownMarkets } from '@inferscan/protocol';
import { type Address, generateKeyPairSigner } from '@solana/kit';

import { NETWORK } from '../history/parties.js';
import { untilConfirmed } from '../localnet/load.js';
import type { BenchRpc } from '../localnet/rpc.js';
import { createBenchWallet, createRepeatedCall, type RepeatedCall, signCall } from './repeated-call.js';

/** Every so many transactions it is the same job's turn. */
export const EXTENDED_JOBS = 64;
const SEND_CONFIG = { encoding: 'base64', preflightCommitment: 'processed' };

interface Extendable {
  readonly extend: RepeatedCall;
  readonly data: Uint8Array;
  timeout: bigint;
}

/** In the data of `extend`, after the discriminator. */
const TIMEOUT_AT = 8;

/** An endless supply of calls of the jobs program that each change a job, a vault and the ledger. */
export interface Extensions {
  /** Signs so many on the newest confirmed blockhash. Those of one job must land in the order of the list. */
  next(count: number): Promise<string[]>;
}

/** Lists jobs, which then wait; every transaction gives one of them a second more. */
export async function createExtensions(rpc: BenchRpc, url: string): Promise<Extensions> {
  // No node of a demo network serves this market: the jobs wait.
  const market = knownMarkets('localnet').find(({ slug }) => slug === 'gpu-any');
  if (market === undefined) throw new Error('the localnet has no such market');
  const jobs: Extendable[] = [];
  const sent: string[] = [];
  for (let made = 0; made < EXTENDED_JOBS; made++) {
    const wallet = await createBenchWallet();
    const payer = wallet.signer;
    const [job, run] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
    await fund(url, payer.address);
    const timeout = 60n;
    const list = await buildList({
      network: NETWORK,
      market: market.address,
      job,
      run,
      payer,
      definitionDigest: randomBytes(32),
      timeout,
    });
    const wire = await signCall(payer, list, await latestBlockhash(rpc));
    sent.push(String(await rpc.call('sendTransaction', [wire, SEND_CONFIG])));
    const extend = await buildExtend({
      network: NETWORK,
      market: market.address,
      job: job.address,
      project: payer,
      timeout,
    });
    const data = Uint8Array.from(extend.data ?? []);
    jobs.push({ extend: await createRepeatedCall(wallet, extend), data, timeout });
  }
  await untilConfirmed(rpc, sent);
  let next = 0;
  return {
    async next(count) {
      const recent = await latestBlockhash(rpc);
      const wires: string[] = [];
      for (let made = 0; made < count; made++) {
        const extendable = jobs[next % jobs.length];
        if (extendable === undefined) throw new Error('there are no jobs');
        next += 1;
        extendable.timeout += 1n;
        const { extend, data, timeout } = extendable;
        new DataView(data.buffer).setBigInt64(TIMEOUT_AT, timeout, true);
        wires.push(extend(data, recent));
      }
      return wires;
    },
  };
}

async function latestBlockhash(rpc: BenchRpc): Promise<string> {
  const latest = await rpc.call('getLatestBlockhash', [{ commitment: 'confirmed' }]);
  return (latest as { value: { blockhash: string } }).value.blockhash;
}

async function fund(url: string, address: Address): Promise<void> {
  const body = JSON.stringify({ address, lamports: '1000000000', nos: '1000000' });
  const response = await fetch(`${url}/faucet`, { method: 'POST', body });
  if (!response.ok) throw new Error(`the faucet refused: ${await response.text()}`);
}
