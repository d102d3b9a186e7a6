import { randomBytes } from 'node:crypto';
import { buildList, knownMarkets, networkConfig } from '@inferscan/protocol';
import {
  type Address,
  appendTransactionMessageInstruction,
  blockhash,
  createTransactionMessage,
  generateKeyPairSigner,
  getAddressDecoder,
  getAddressEncoder,
  getBase64EncodedWireTransaction,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import type { BenchRpc } from './rpc.js';

const NETWORK = networkConfig('localnet');
/** Where a job account says what is different from job to job. */
export const JOB_OFFSETS = { definition: 8, market: 72, state: 208 } as const;
const STATES = [0, 2, 3];
const PUT_AT_ONCE = 100;

export interface JobAccount {
  readonly address: Address;
  readonly lamports: number;
  readonly data: Buffer;
}

export interface JobAccounts {
  readonly program: Address;
  readonly accounts: readonly JobAccount[];
  /** Every one of them has as many jobs as any other. */
  readonly markets: readonly Address[];
}

/**
 * Lists one job by a real transaction and puts copies of its account in place, each with a definition of its own,
 * spread over `markets` markets and all states: a market's queue would not hold that many.
 */
export async function createJobAccounts(
  rpc: BenchRpc,
  url: string,
  count: number,
  marketCount: number,
): Promise<JobAccounts> {
  const original = await listJob(rpc, url);
  const encoder = getAddressEncoder();
  const markets = Array.from({ length: marketCount }, randomAddress);
  const accounts = Array.from({ length: count }, (_account, index): JobAccount => {
    const data = Buffer.from(original.data);
    const market = markets[index % markets.length];
    if (market === undefined) throw new RangeError('jobs need a market');
    randomBytes(32).copy(data, JOB_OFFSETS.definition);
    data.set(encoder.encode(market), JOB_OFFSETS.market);
    data[JOB_OFFSETS.state] = STATES[Math.floor(index / markets.length) % STATES.length] ?? 0;
    return { address: randomAddress(), lamports: original.lamports, data };
  });
  for (let start = 0; start < accounts.length; start += PUT_AT_ONCE) {
    await rpc.batch(
      accounts.slice(start, start + PUT_AT_ONCE).map(({ address, lamports, data }) => ({
        method: 'localnet_setAccount',
        params: [
          address,
          { lamports, owner: NETWORK.jobsProgram, data: [data.toString('base64'), 'base64'] },
        ],
      })),
    );
  }
  return { program: NETWORK.jobsProgram, accounts, markets };
}

async function listJob(rpc: BenchRpc, url: string): Promise<JobAccount> {
  const [market] = knownMarkets('localnet');
  if (market === undefined) throw new Error('the localnet has no market');
  const [payer, job, run] = await Promise.all(Array.from({ length: 3 }, () => generateKeyPairSigner()));
  if (!payer || !job || !run) throw new Error('no keys were made');
  await fund(url, payer.address);
  const list = await buildList({
    network: NETWORK,
    market: market.address,
    job,
    run,
    payer,
    definitionDigest: randomBytes(32),
    timeout: 60n,
  });
  const latest = (await rpc.call('getLatestBlockhash', [{ commitment: 'confirmed' }])) as {
    value: { blockhash: string };
  };
  const signed = await signTransactionMessageWithSigners(
    pipe(
      createTransactionMessage({ version: 0 }),
      (draft) => setTransactionMessageFeePayerSigner(payer, draft),
      (draft) =>
        setTransactionMessageLifetimeUsingBlockhash(
          { blockhash: blockhash(latest.value.blockhash), lastValidBlockHeight: 0n },
          draft,
        ),
      (draft) => appendTransactionMessageInstruction(list, draft),
    ),
  );
  const wire = getBase64EncodedWireTransaction(signed);
  await rpc.call('sendTransaction', [wire, { encoding: 'base64', preflightCommitment: 'processed' }]);
  const { value } = (await rpc.call('getAccountInfo', [
    job.address,
    { encoding: 'base64', commitment: 'processed' },
  ])) as { value: { lamports: number; data: [string, string] } };
  return {
    address: job.address,
    lamports: value.lamports,
    data: Buffer.from(value.data[0], 'base64'),
  };
}

async function fund(url: string, address: Address): Promise<void> {
  const body = JSON.stringify({ address, lamports: '1000000000', nos: '1000000' });
  const response = await fetch(`${url}/faucet`, { method: 'POST', body });
  if (!response.ok) throw new Error(`the faucet refused: ${await response.text()}`);
}

const randomAddress = (): Address => getAddressDecoder().decode(randomBytes(32));
