import { networkConfig } from '@inferscan/protocol';
import { generateKeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { findAssociatedTokenPda, getTransferInstruction, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { createHelius, type HeliusClient } from 'helius-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startTestNet, type TestNet } from '../../support.js';
import { createWallet, type Wallet } from '../../wallet.js';

const NOS = networkConfig('localnet').nosMint;

/** The SDK's own types are lost on the way: they import each other without file extensions. */
interface Page {
  readonly data: readonly {
    readonly signature: string;
    readonly slot: number;
    readonly transaction: { readonly signatures: readonly string[] };
  }[];
  readonly paginationToken: string | null;
}

describe('helius-sdk', () => {
  let test: TestNet;
  let helius: HeliusClient;
  let payer: Wallet;
  /** Oldest first; the third one failed. */
  const sent: string[] = [];

  beforeAll(async () => {
    test = await startTestNet();
    helius = createHelius({ baseUrl: test.net.url });
    payer = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [payer.key.address, 2_000_000_000]);
    for (const amount of [1n, 2n, 10n ** 12n, 4n, 5n]) {
      const transfer = getTransferSolInstruction({
        source: payer.key,
        destination: (await generateKeyPairSigner()).address,
        amount: amount * 1_000_000n,
      });
      sent.push(await payer.send([transfer], { skipPreflight: true }));
    }
  });
  afterAll(() => test.stop());

  const page = (config: object): Promise<Page> =>
    helius.getTransactionsForAddress([payer.key.address, { commitment: 'confirmed', ...config }]);
  const list = async (config: object): Promise<string[]> =>
    (await page(config)).data.map(({ signature }) => signature);

  it('pages through an address from its first transaction, whole', async () => {
    const read: Page['data'][number][] = [];
    let paginationToken: string | null = null;
    let pages = 0;
    do {
      const next = await page({
        transactionDetails: 'full',
        encoding: 'json',
        maxSupportedTransactionVersion: 0,
        sortOrder: 'asc',
        limit: 2,
        paginationToken,
      });
      read.push(...next.data);
      paginationToken = next.paginationToken;
      pages += 1;
    } while (paginationToken !== null);
    expect(pages).toBe(3);
    const signatures = read.map(({ transaction }) => transaction.signatures[0]);
    // The first one is the airdrop.
    expect(signatures.slice(1)).toEqual(sent);
    const { result } = await test.rpc('getTransaction', [
      sent[0],
      { commitment: 'confirmed', maxSupportedTransactionVersion: 0 },
    ]);
    expect(read[1]).toEqual(result);
  });

  it('lists newest first unless told otherwise, and pages from there', async () => {
    const newest = sent.toReversed();
    expect(await list({ limit: 3 })).toEqual(newest.slice(0, 3));
    const first = await page({ limit: 2 });
    expect(await list({ limit: 2, paginationToken: first.paginationToken })).toEqual(newest.slice(2, 4));
  });

  it('filters by status, slot, time and signature', async () => {
    const [, b, failed, d, e] = sent;
    expect(await list({ filters: { status: 'failed' } })).toEqual([failed]);
    expect(await list({ filters: { status: 'succeeded' }, limit: 2 })).toEqual([e, d]);
    expect(await list({ sortOrder: 'asc', filters: { signature: { gte: b, lt: d } } })).toEqual([b, failed]);
    const [second] = (await page({ filters: { signature: { gte: b, lte: b } } })).data;
    expect(second).toMatchObject({ signature: b, err: null, transactionIndex: 0 });
    expect(await list({ filters: { slot: { eq: second?.slot } } })).toEqual([b]);
    const after = { sortOrder: 'asc', limit: 1, filters: { slot: { gt: second?.slot } } };
    expect(await list(after)).toEqual([failed]);
    expect(await list({ filters: { blockTime: { lt: 1_000_000_000 } } })).toEqual([]);
  });

  it('refuses what it cannot do and what makes no sense', async () => {
    const refused = async (config: object): Promise<number | undefined> =>
      (await test.rpc('getTransactionsForAddress', [payer.key.address, config])).error?.code;
    expect(await refused({ filters: { tokenAccounts: 'some' } })).toBe(-32602);
    expect(await refused({ filters: { colour: 'red' } })).toBe(-32602);
    expect(await refused({ paginationToken: 'next' })).toBe(-32602);
    expect(await refused({ limit: 1_001 })).toBe(-32602);
    expect(await refused({ minContextSlot: 10 ** 9 })).toBe(-32016);
    expect(await refused({ commitment: 'confirmed', transactionDetails: 'full' })).toBe(-32015);
  });

  it('finds what happened to the token accounts of an address', async () => {
    const owner = (await generateKeyPairSigner()).address;
    for (const address of [owner, payer.key.address]) {
      await post(`${test.net.url}/faucet`, JSON.stringify({ address, nos: '100' }));
    }
    const [from, to] = await Promise.all(
      [payer.key.address, owner].map(async (holder) => {
        const seeds = { owner: holder, mint: NOS, tokenProgram: TOKEN_PROGRAM_ADDRESS };
        return (await findAssociatedTokenPda(seeds))[0];
      }),
    );
    if (from === undefined || to === undefined) throw new Error('no token accounts');
    const transfer = (amount: bigint) =>
      payer.send([getTransferInstruction({ source: from, destination: to, authority: payer.key, amount })]);
    const [paid, nothing] = [await transfer(7n), await transfer(0n)];
    const of = async (tokenAccounts: string, config = {}): Promise<string[]> => {
      const { data }: Page = await helius.getTransactionsForAddress([
        owner,
        { commitment: 'confirmed', sortOrder: 'asc', filters: { tokenAccounts }, ...config },
      ]);
      return data.map(({ signature }) => signature);
    };
    const own = await of('none');
    expect(own).not.toContain(paid);
    expect(await of('balanceChanged')).toEqual([...own, paid]);
    expect(await of('all')).toEqual([...own, paid, nothing]);
    expect(await of('all', { sortOrder: 'desc', limit: 2 })).toEqual([nothing, paid]);
  });

  it('estimates priority fees', async () => {
    const estimate = await helius.getPriorityFeeEstimate({
      accountKeys: [payer.key.address],
      options: { includeAllPriorityFeeLevels: true },
    });
    expect(estimate.priorityFeeLevels).toMatchObject({ min: 0, medium: 0, unsafeMax: 0 });
    const transaction = await payer.sign([]);
    expect(
      await helius.getPriorityFeeEstimate({ transaction, options: { transactionEncoding: 'Base64' } }),
    ).toEqual({ priorityFeeEstimate: 0 });
    expect((await test.rpc('getPriorityFeeEstimate', [{}])).error?.code).toBe(-32602);
  });
});
