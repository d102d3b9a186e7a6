import { decompress } from '@bokuweb/zstd-wasm';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createCloseAccountInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import type { PublicKey } from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base58, NEVER } from './account-data.js';
import {
  createSender,
  MEMO,
  memo,
  placeTable,
  type Sender,
  type Sent,
  sizeOfAccount,
  TOKEN,
  transfer,
} from './sent.js';
import { account, key, mint } from './token-layouts.js';
import { SOL, startWorld, type World } from './world.js';

const SYSTEM = '1'.repeat(32);
const [to, token] = [key(7), key(1)];
const [TO, MINT] = [to.toBase58(), token.toBase58()];
const MILLION = 1_000_000;
const RENT = 2_039_280;
const OLD = base58(Buffer.alloc(32, 5));

interface Simulation {
  readonly context: object;
  readonly value: Record<string, unknown>;
}

describe('simulateTransaction', () => {
  let world: World;
  let sender: Sender;
  let from: PublicKey;
  let payer: string;
  /** A token account of the payer with nothing in it. */
  const holder = key(44);

  beforeAll(async () => {
    world = await startWorld();
    sender = await createSender(world);
    from = sender.payer.publicKey;
    payer = from.toBase58();
    await world.place(MINT, { owner: TOKEN, data: mint() });
    const data = account({ mint: token, owner: from, amount: 0n });
    await world.place(holder.toBase58(), { owner: TOKEN, data, lamports: RENT });
    await world.finalize();
  });
  afterAll(() => world.stop());

  const run = async ({ bytes }: Sent, config: object = {}): Promise<Simulation> =>
    (await world.result('simulateTransaction', [
      bytes.toString('base64'),
      { encoding: 'base64', ...config },
    ])) as Simulation;
  const refusal = ({ bytes }: Sent, config: object) =>
    world.error('simulateTransaction', [bytes.toString('base64'), { encoding: 'base64', ...config }]);
  const pay = (lamports = MILLION, blockhash?: string) =>
    sender.legacy([transfer(from, to, lamports), memo('hi')], blockhash);

  const number = expect.any(Number);
  const paid = {
    accounts: null,
    err: null,
    fee: 5_000,
    innerInstructions: null,
    loadedAccountsDataSize: number,
    loadedAddresses: { readonly: [], writable: [] },
    logs: expect.arrayContaining([`Program ${SYSTEM} invoke [1]`, `Program ${MEMO} success`]),
    postBalances: [SOL - MILLION - 5_000, MILLION, 1, number],
    postTokenBalances: [],
    preBalances: [SOL, 0, 1, number],
    preTokenBalances: [],
    replacementBlockhash: null,
    returnData: null,
    unitsConsumed: number,
  };
  const untried = {
    ...paid,
    fee: null,
    loadedAccountsDataSize: 0,
    logs: [],
    postBalances: null,
    postTokenBalances: null,
    preBalances: null,
    preTokenBalances: null,
    unitsConsumed: 0,
  };

  it('tells what a transaction would do, and does nothing of it', async () => {
    const sent = await pay();
    const finalized = await world.context();
    expect(await run(sent)).toEqual({ context: finalized, value: paid });
    expect(await run(sent, { commitment: 'confirmed', sigVerify: true })).toEqual({
      context: await world.context('confirmed'),
      value: paid,
    });
    expect(await world.result('simulateTransaction', [base58(sent.bytes)])).toEqual({
      context: finalized,
      value: paid,
    });
    expect(await world.result('getBalance', [TO, { commitment: 'processed' }])).toMatchObject({ value: 0 });
  });

  it('tells what went wrong', async () => {
    const err = { InstructionError: [0, { Custom: 1 }] };
    const { value } = await run(await pay(2 * SOL));
    expect(value).toEqual({
      ...paid,
      err,
      logs: [
        `Program ${SYSTEM} invoke [1]`,
        `Transfer: insufficient lamports ${SOL - 5_000}, need ${2 * SOL}`,
        `Program ${SYSTEM} failed: custom program error: 0x1`,
      ],
      postBalances: [SOL - 5_000, 0, 1, number],
      unitsConsumed: 150,
    });
    expect((await run(await pay(MILLION, OLD))).value).toEqual({ ...untried, err: 'BlockhashNotFound' });
    const once = await sender.send(await sender.legacy([memo('once')]));
    await world.finalize();
    expect((await run(once)).value).toEqual({ ...untried, err: 'AlreadyProcessed' });
    await world.control('setAccount', payer, { lamports: SOL, owner: SYSTEM, data: ['', 'base64'] });
    await world.finalize();
  });

  it('looks at signatures only when told to', async () => {
    const sent = await pay();
    sent.bytes.fill(0, 1, 65);
    expect((await run(sent)).value).toEqual(paid);
    expect(await refusal(sent, { sigVerify: true })).toEqual({
      code: -32003,
      message: 'Transaction signature verification failure',
    });
  });

  it('replaces the blockhash', async () => {
    const sent = await pay(MILLION, OLD);
    for (const commitment of ['processed', 'confirmed', 'finalized']) {
      const latest = await world.result('getLatestBlockhash', [{ commitment }]);
      const { value } = await run(sent, { replaceRecentBlockhash: true, commitment });
      const replacementBlockhash = (latest as { value: object }).value;
      expect(value).toEqual({ ...paid, replacementBlockhash });
    }
    expect(await refusal(sent, { replaceRecentBlockhash: true, sigVerify: true })).toEqual({
      code: -32602,
      message: 'sigVerify may not be used with replaceRecentBlockhash',
    });
  });

  it('shows accounts as they would be', async () => {
    const sent = await pay();
    const stranger = holder.toBase58();
    const addresses = [TO, stranger, key(45).toBase58()];
    const shown = (data: unknown, lamports: number, owner: string, space: number) => ({
      data,
      executable: false,
      lamports,
      owner,
      rentEpoch: number,
      space,
    });
    for (const encoding of [undefined, null, 'base64']) {
      const { value } = await run(sent, { accounts: { addresses, encoding } });
      expect(value).toEqual({
        ...paid,
        accounts: [
          shown(['', 'base64'], MILLION, SYSTEM, 0),
          { ...shown([expect.any(String), 'base64'], RENT, TOKEN, 165), rentEpoch: NEVER },
          null,
        ],
      });
    }
    const parsed = await run(sent, { accounts: { addresses, encoding: 'jsonParsed' } });
    expect(parsed.value).toMatchObject({
      accounts: [
        { data: ['', 'base64'] },
        { data: { parsed: { info: { mint: MINT, owner: payer }, type: 'account' }, program: 'spl-token' } },
        null,
      ],
    });
    const packed = await run(sent, { accounts: { addresses: [TO], encoding: 'base64+zstd' } });
    const [first] = packed.value.accounts as { data: [string, string] }[];
    expect(first?.data[1]).toBe('base64+zstd');
    expect(decompress(Buffer.from(first?.data[0] ?? '', 'base64'))).toHaveLength(0);
    expect((await run(sent, { accounts: { addresses: [] } })).value).toEqual({ ...paid, accounts: [] });
  });

  it('shows no accounts of what failed', async () => {
    const { value } = await run(await pay(2 * SOL), { accounts: { addresses: [TO, payer] } });
    expect(value).toMatchObject({ accounts: [null, null], err: { InstructionError: [0, { Custom: 1 }] } });
  });

  it('refuses accounts that it cannot show', async () => {
    const sent = await pay();
    for (const encoding of ['base58', 'binary']) {
      expect(await refusal(sent, { accounts: { addresses: [TO], encoding } })).toEqual({
        code: -32602,
        message: 'base58 encoding not supported',
      });
    }
    expect(await refusal(sent, { accounts: { addresses: [TO, TO, TO, TO, TO] } })).toEqual({
      code: -32602,
      message: 'Too many accounts provided; max 4',
    });
    expect(await refusal(sent, { accounts: { addresses: ['x'] } })).toEqual({
      code: -32602,
      message: 'Invalid param: WrongSize',
    });
  });

  it('shows an account that would be closed without anything in it', async () => {
    const sent = await sender.legacy([createCloseAccountInstruction(holder, to, from)]);
    const { value } = await run(sent, { accounts: { addresses: [holder.toBase58()] } });
    const accounts = [
      { data: ['', 'base64'], executable: false, lamports: 0, owner: SYSTEM, rentEpoch: number, space: 0 },
    ];
    expect(value).toMatchObject({ accounts, err: null });
    const balance = {
      accountIndex: 1,
      mint: MINT,
      owner: payer,
      programId: TOKEN,
      uiTokenAmount: { amount: '0', decimals: 2, uiAmount: 0, uiAmountString: '0' },
    };
    expect(value).toMatchObject({ preTokenBalances: [balance], postTokenBalances: [] });
  });

  it('shows inner instructions and return data', async () => {
    const ata = getAssociatedTokenAddressSync(token, from);
    const table = await placeTable(world, key(77), [token]);
    await world.finalize();
    const create = createAssociatedTokenAccountIdempotentInstruction(from, ata, from, token);
    const sent = await sender.v0([create, sizeOfAccount(token)], [table]);
    const size = Buffer.of(165, 0, 0, 0, 0, 0, 0, 0).toString('base64');
    const { value } = await run(sent, { innerInstructions: true });
    const parsed = (type: string, info: object, program = 'spl-token', programId = TOKEN) => ({
      parsed: { info, type },
      program,
      programId,
      stackHeight: 2,
    });
    const created = { lamports: RENT, newAccount: ata.toBase58(), owner: TOKEN, source: payer, space: 165 };
    const instructions = [
      parsed('getAccountDataSize', { extensionTypes: ['immutableOwner'], mint: MINT }),
      parsed('createAccount', created, 'system', SYSTEM),
      parsed('initializeImmutableOwner', { account: ata.toBase58() }),
      parsed('initializeAccount3', { account: ata.toBase58(), mint: MINT, owner: payer }),
    ];
    expect(value).toMatchObject({
      err: null,
      innerInstructions: [{ index: 0, instructions }],
      loadedAddresses: { readonly: [MINT], writable: [] },
      returnData: { data: [size, 'base64'], programId: TOKEN },
    });
    const other = await run(await pay(), { innerInstructions: true });
    expect(other.value).toEqual({ ...paid, innerInstructions: [] });
  });

  it('counts the bytes of the accounts that are loaded', async () => {
    const sent = await sender.legacy([transfer(from, to, MILLION)]);
    const { value } = await run(sent);
    const program = await world.result('getAccountInfo', [SYSTEM, { encoding: 'base64' }]);
    const { space } = (program as { value: { space: number } }).value;
    // Each account counts for 64 bytes more than it holds; the one that does not exist yet counts for nothing.
    expect(value).toMatchObject({ loadedAccountsDataSize: 64 + 64 + space });
  });

  it('waits for nobody', async () => {
    expect(await refusal(await pay(), { minContextSlot: 1_000_000 })).toEqual({
      code: -32016,
      message: 'Minimum context slot has not been reached',
      data: { contextSlot: await world.slot('finalized') },
    });
  });
});
