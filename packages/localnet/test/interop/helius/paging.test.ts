import { generateKeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { createHelius, type HeliusClient } from 'helius-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet, until } from '../../support.js';
import { createWallet, type Wallet } from '../../wallet.js';

const FAILING = 10n ** 15n;

/** The SDK's own types are lost on the way: they import each other without file extensions. */
interface Page {
  readonly data: readonly Entry[];
  readonly paginationToken: string | null;
}

interface Entry {
  readonly signature: string;
  readonly slot: number;
  readonly transactionIndex: number;
  readonly err: unknown;
  readonly confirmationStatus: string;
  readonly transaction?: { readonly signatures: string[] };
}

describe('pages of helius-sdk', () => {
  let test: TestNet;
  let helius: HeliusClient;
  let payer: Wallet;
  /** Newest first, as the plain method lists it. */
  let history: string[];

  beforeAll(async () => {
    test = await startTestNet({ control: true });
    helius = createHelius({ baseUrl: test.net.url });
    payer = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [payer.key.address, 2_000_000_000]);
    // In a slot of its own.
    await test.rpc('localnet_step');
    await payer.send([transfer(1n)]);
    // Slots with several transactions, every third of which fails.
    for (const slot of [0n, 1n, 2n]) {
      const wires: string[] = [];
      for (const nth of [2n, 3n, 4n, 5n]) {
        wires.push(await payer.sign([transfer(10n * slot + nth + (nth === 4n ? FAILING : 0n))]));
      }
      await test.rpc('localnet_pause');
      for (const wire of wires) await payer.submit(wire, { skipPreflight: true });
      await test.rpc('localnet_step');
      await test.rpc('localnet_resume');
    }
    history = await until('the whole history', async () => {
      const { result } = await test.rpc('getSignaturesForAddress', [
        payer.key.address,
        { commitment: 'confirmed' },
      ]);
      const signatures = (result as { signature: string }[]).map(({ signature }) => signature);
      return signatures.length === 14 && signatures;
    });
  });
  afterAll(() => test.stop());

  const transfer = (amount: bigint) =>
    getTransferSolInstruction({ source: payer.key, destination: payer.key.address, amount });
  const readAll = async (config: object): Promise<Entry[][]> => {
    const pages: Entry[][] = [];
    let paginationToken: string | null = null;
    do {
      const page: Page = await helius.getTransactionsForAddress([
        payer.key.address,
        { commitment: 'confirmed', ...config, paginationToken },
      ]);
      pages.push([...page.data]);
      ({ paginationToken } = page);
    } while (paginationToken !== null);
    return pages;
  };
  const signaturesOf = (pages: readonly Entry[][]): string[] =>
    pages.flat().map(({ signature, transaction }) => transaction?.signatures[0] ?? signature);

  it.each([1, 3, 5, 14, 1_000])(
    'of %i go through the history from both ends, also inside a slot',
    async (limit) => {
      const newestFirst = await readAll({ limit });
      expect(signaturesOf(newestFirst)).toEqual(history);
      expect(newestFirst).toHaveLength(Math.ceil(14 / limit));
      const oldestFirst = await readAll({ limit, sortOrder: 'asc' });
      expect(signaturesOf(oldestFirst)).toEqual(history.toReversed());
      const slots = new Map<number, number[]>();
      for (const { slot, transactionIndex } of oldestFirst.flat()) {
        slots.set(slot, [...(slots.get(slot) ?? []), transactionIndex]);
      }
      expect([...slots.values()].filter(({ length }) => length > 1)).toEqual([
        [0, 1, 2, 3],
        [0, 1, 2, 3],
        [0, 1, 2, 3],
      ]);
    },
  );

  it('keep to the filter on every page', async () => {
    const failed = await readAll({ limit: 2, filters: { status: 'failed' }, sortOrder: 'asc' });
    expect(failed.map((page) => page.length)).toEqual([2, 1]);
    for (const { err } of failed.flat()) expect(err).toEqual({ InstructionError: [0, { Custom: 1 }] });
    const succeeded = await readAll({ limit: 4, filters: { status: 'succeeded' } });
    expect(succeeded.flat().every(({ err }) => err === null)).toBe(true);
    expect(new Set([...signaturesOf(failed), ...signaturesOf(succeeded)])).toEqual(new Set(history));
    const [middle] = failed.flat().slice(1);
    const from = await readAll({ limit: 2, sortOrder: 'asc', filters: { slot: { gte: middle?.slot } } });
    expect(signaturesOf(from)).toEqual(history.slice(0, 8).toReversed());
  });

  it.each(['json', 'jsonParsed', 'base64', 'base58'])('hold whole transactions in %s', async (encoding) => {
    const pages = await readAll({
      limit: 6,
      sortOrder: 'asc',
      transactionDetails: 'full',
      encoding,
      maxSupportedTransactionVersion: 0,
    });
    expect(pages.map((page) => page.length)).toEqual([6, 6, 2]);
    const [, second] = pages.flat();
    const { result } = await test.rpc('getTransaction', [
      history.at(-2),
      { commitment: 'confirmed', encoding, maxSupportedTransactionVersion: 0 },
    ]);
    expect(second).toEqual(result);
  });

  it('hold only what is final, unless told otherwise', async () => {
    const read = (): Promise<Page> => helius.getTransactionsForAddress([payer.key.address]);
    const signature = await payer.send([transfer(77n)]);
    expect(signaturesOf([[...(await read()).data]])).not.toContain(signature);
    const final = await until('finality', async () =>
      (await read()).data.find((entry) => entry.signature === signature),
    );
    expect(final.confirmationStatus).toBe('finalized');
  });
});
