import { buildFinish, buildList, buildWork, knownMarkets, networkConfig } from '@inferscan/protocol';
import { getJobAccountDecoder, getRunAccountDecoder } from '@nosana/jobs-program';
import { getStakeAccountDecoder } from '@nosana/stake-program';
import { type Address, address, generateKeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GENESIS_MARKETS } from '../src/index.js';
import { post, startTestNet, type TestNet, until } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

const NETWORK = networkConfig('localnet');

describe('a job on the localnet', () => {
  let test: TestNet;
  let poster: Wallet;
  let node: Wallet;
  const market = knownMarkets('localnet')[0]?.address ?? address('');
  const price = GENESIS_MARKETS[0]?.terms.jobPrice ?? 0n;

  const faucet = async (body: object): Promise<Record<string, unknown>> =>
    JSON.parse(await post(`${test.net.url}/faucet`, JSON.stringify(body))) as Record<string, unknown>;
  const accountData = async (of: Address): Promise<Buffer> => {
    const { result } = await test.rpc('getAccountInfo', [
      of,
      { encoding: 'base64', commitment: 'processed' },
    ]);
    return Buffer.from((result as { value: { data: [string] } }).value.data[0], 'base64');
  };
  const nosOf = async (owner: Address): Promise<bigint> => {
    const { result } = await test.rpc('getTokenAccountsByOwner', [
      owner,
      { mint: NETWORK.nosMint },
      { encoding: 'jsonParsed', commitment: 'processed' },
    ]);
    const [first] = (
      result as { value: { account: { data: { parsed: { info: { tokenAmount: { amount: string } } } } } }[] }
    ).value;
    return BigInt(first?.account.data.parsed.info.tokenAmount.amount ?? '-1');
  };

  beforeAll(async () => {
    test = await startTestNet();
    poster = createWallet(test, await generateKeyPairSigner());
    node = createWallet(test, await generateKeyPairSigner());
  });
  afterAll(() => test.stop());

  it('is funded by the faucet: SOL, NOS and a stake', async () => {
    const given = await faucet({ address: poster.key.address, lamports: '1000000000', nos: '5000000' });
    expect(given.signatures).toHaveLength(1);
    expect(await nosOf(poster.key.address)).toBe(5_000_000n);

    const staked = await faucet({
      address: node.key.address,
      lamports: '1000000000',
      nos: '1',
      stake: { amount: '10000000', durationSeconds: 365 * 86_400 },
    });
    const stake = staked.stake as { address: Address; xnos: string };
    // A year's lock counts four times: 10 NOS staked are 40 xNOS, less what the integer division drops.
    expect(BigInt(stake.xnos)).toBe(40_000_000n);
    const data = getStakeAccountDecoder().decode(await accountData(stake.address));
    expect(data).toMatchObject({ amount: 10_000_000n, authority: node.key.address, xnos: 40_000_000n });
  });

  it('is listed, taken, finished and paid', async () => {
    const job = await generateKeyPairSigner();
    const timeout = 600n;
    const run = await generateKeyPairSigner();
    const definitionDigest = new Uint8Array(32).fill(1);
    await poster.send([
      await buildList({ network: NETWORK, market, job, run, payer: poster.key, definitionDigest, timeout }),
    ]);
    expect(await nosOf(poster.key.address)).toBe(5_000_000n - price * timeout);

    const nodeRun = await generateKeyPairSigner();
    await node.send([await buildWork({ network: NETWORK, market, node: node.key, run: nodeRun })]);
    const running = getRunAccountDecoder().decode(await accountData(nodeRun.address));
    expect(running).toMatchObject({ job: job.address, node: node.key.address });
    // The clock of the chain is the clock on the wall.
    expect(Math.abs(Number(running.time) - Date.now() / 1000)).toBeLessThan(3);

    await until('a second of chain time', async () => Date.now() / 1000 > Number(running.time) + 1.2);
    const finished = await node.send([
      await buildFinish({
        network: NETWORK,
        market,
        job: job.address,
        run: nodeRun.address,
        node: node.key,
        jobPayer: poster.key.address,
        runPayer: node.key.address,
        resultDigest: new Uint8Array(32).fill(2),
      }),
    ]);
    const done = getJobAccountDecoder().decode(await accountData(job.address));
    const paid = price * (done.timeEnd - done.timeStart);
    expect(paid).toBeGreaterThan(0n);
    expect(await nosOf(node.key.address)).toBe(1n + paid);
    expect(await nosOf(poster.key.address)).toBe(5_000_000n - paid);

    const { result } = await test.rpc('getTransaction', [
      finished,
      { commitment: 'confirmed', maxSupportedTransactionVersion: 0 },
    ]);
    const { meta, transaction } = result as TransactionJson;
    // Two transfers out of the vault: one to the node, one back to the poster.
    const tokenProgram = transaction.message.accountKeys.indexOf(
      'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
    );
    expect(meta.innerInstructions).toHaveLength(1);
    const [inner] = meta.innerInstructions;
    expect(inner?.instructions.filter((one) => one.programIdIndex === tokenProgram)).toHaveLength(2);
    expect(inner?.instructions.every((one) => one.stackHeight === 2)).toBe(true);
    const delta = (owner: string) =>
      amountOf(meta.postTokenBalances, owner) - amountOf(meta.preTokenBalances, owner);
    expect(delta(node.key.address)).toBe(paid);
    expect(delta(poster.key.address)).toBe(price * timeout - paid);
  });
});

interface TokenBalanceJson {
  readonly owner: string;
  readonly uiTokenAmount: { readonly amount: string };
}

interface TransactionJson {
  readonly transaction: { readonly message: { readonly accountKeys: string[] } };
  readonly meta: {
    readonly innerInstructions: { instructions: { programIdIndex: number; stackHeight: number }[] }[];
    readonly preTokenBalances: TokenBalanceJson[];
    readonly postTokenBalances: TokenBalanceJson[];
  };
}

function amountOf(balances: readonly TokenBalanceJson[], owner: string): bigint {
  return BigInt(balances.find((balance) => balance.owner === owner)?.uiTokenAmount.amount ?? 0);
}
