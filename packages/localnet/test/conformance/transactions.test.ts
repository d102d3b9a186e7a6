import {
  createAssociatedTokenAccountIdempotentInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base58 } from './account-data.js';
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
import { key, mint } from './token-layouts.js';
import { SOL, startWorld, type World } from './world.js';

const SYSTEM = '1'.repeat(32);
const ASSOCIATED = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL';
const [to, token, table] = [key(7), key(1), key(77)];
const [TO, MINT, TABLE] = [to.toBase58(), token.toBase58(), table.toBase58()];
/** An account that only the table names. */
const looked = key(30);
const LOOKED = looked.toBase58();
const RENT = 2_039_280;
const MILLION = 1_000_000;
const latest = { maxSupportedTransactionVersion: 0 };

interface Shown {
  readonly meta: Record<string, unknown> & {
    readonly logMessages: string[];
    readonly postBalances: number[];
  };
  readonly transaction: unknown;
}

describe('getTransaction', () => {
  let world: World;
  let sender: Sender;
  let legacy: Sent;
  let v0: Sent;
  let failed: Sent;
  let payer: string;
  let account: string;

  beforeAll(async () => {
    world = await startWorld();
    sender = await createSender(world);
    payer = sender.payer.publicKey.toBase58();
    const from = sender.payer.publicKey;
    legacy = await sender.send(await sender.legacy([transfer(from, to, MILLION), memo('hi')]));
    await world.place(MINT, { owner: TOKEN, data: mint() });
    const tableAccount = await placeTable(world, table, [looked, token, key(31)]);
    await world.step();
    const ata = getAssociatedTokenAddressSync(token, from);
    account = ata.toBase58();
    v0 = await sender.send(
      await sender.v0(
        [
          transfer(from, looked, MILLION),
          createAssociatedTokenAccountIdempotentInstruction(from, ata, from, token),
          sizeOfAccount(token),
        ],
        [tableAccount],
      ),
    );
    failed = await sender.force(await sender.legacy([memo('spent'), transfer(from, to, 2 * SOL)]));
    await world.finalize();
  });
  afterAll(() => world.stop());

  const get = async (sent: Sent, config: unknown): Promise<Shown> =>
    (await world.result('getTransaction', [sent.signature, config])) as Shown;
  const timeOf = (sent: Sent) => world.result('getBlockTime', [sent.slot]);
  /** What programs hold depends on how large they are, not on what is tested here. */
  const balance = expect.any(Number);

  const legacyMeta = {
    computeUnitsConsumed: expect.any(Number),
    err: null,
    fee: 5_000,
    innerInstructions: [],
    logMessages: expect.arrayContaining([`Program ${SYSTEM} invoke [1]`, `Program ${MEMO} success`]),
    postBalances: [SOL - MILLION - 5_000, MILLION, 1, balance],
    postTokenBalances: [],
    preBalances: [SOL, 0, 1, balance],
    preTokenBalances: [],
    rewards: [],
    status: { Ok: null },
  };
  const nothingLoaded = { readonly: [], writable: [] };
  const role = (pubkey: string, writable: boolean, signer = false, source = 'transaction') => ({
    pubkey,
    signer,
    source,
    writable,
  });

  it('shows a legacy transaction as JSON', async () => {
    for (const config of [latest, { encoding: 'json', ...latest }, { encoding: null, ...latest }]) {
      expect(await get(legacy, config)).toEqual({
        blockTime: await timeOf(legacy),
        meta: { ...legacyMeta, loadedAddresses: nothingLoaded },
        slot: legacy.slot,
        transaction: {
          message: {
            accountKeys: [payer, TO, SYSTEM, MEMO],
            header: {
              numReadonlySignedAccounts: 0,
              numReadonlyUnsignedAccounts: 2,
              numRequiredSignatures: 1,
            },
            instructions: [
              { accounts: [0, 1], data: base58(amountData(MILLION)), programIdIndex: 2, stackHeight: 1 },
              { accounts: [], data: base58(Buffer.from('hi')), programIdIndex: 3, stackHeight: 1 },
            ],
            recentBlockhash: legacy.blockhash,
          },
          signatures: [legacy.signature],
        },
        transactionIndex: 0,
        version: 'legacy',
      });
    }
  });

  it('shows a legacy transaction parsed', async () => {
    expect(await get(legacy, { encoding: 'jsonParsed', ...latest })).toEqual({
      blockTime: await timeOf(legacy),
      meta: legacyMeta,
      slot: legacy.slot,
      transaction: {
        message: {
          accountKeys: [role(payer, true, true), role(TO, true), role(SYSTEM, false), role(MEMO, false)],
          instructions: [
            {
              parsed: { info: { destination: TO, lamports: MILLION, source: payer }, type: 'transfer' },
              program: 'system',
              programId: SYSTEM,
              stackHeight: 1,
            },
            { parsed: 'hi', program: 'spl-memo', programId: MEMO, stackHeight: 1 },
          ],
          recentBlockhash: legacy.blockhash,
        },
        signatures: [legacy.signature],
      },
      transactionIndex: 0,
      version: 'legacy',
    });
  });

  const binary: [config: unknown, body: (bytes: Buffer) => unknown][] = [
    [{ encoding: 'base64', ...latest }, (bytes) => [bytes.toString('base64'), 'base64']],
    [{ encoding: 'base58', ...latest }, (bytes) => [base58(bytes), 'base58']],
    [{ encoding: 'binary', ...latest }, base58],
  ];
  it.each(binary)('shows bytes as %j', async (config, body) => {
    for (const sent of [legacy, v0]) {
      const json = await get(sent, latest);
      expect(await get(sent, config)).toEqual({ ...json, transaction: body(sent.bytes) });
    }
  });

  it('takes the encoding alone for a config object, and leaves out the version', async () => {
    for (const encoding of ['json', 'jsonParsed', 'base58', 'base64', 'binary']) {
      const { version: _, ...rest } = { version: null, ...(await get(legacy, { encoding, ...latest })) };
      expect(await get(legacy, encoding)).toEqual(rest);
      expect(await get(legacy, { encoding })).toEqual(rest);
    }
  });

  it('shows what a version 0 transaction takes from look-up tables', async () => {
    const shown = await get(v0, latest);
    const before = SOL - MILLION - 5_000;
    expect(shown).toEqual({
      blockTime: await timeOf(v0),
      meta: {
        computeUnitsConsumed: expect.any(Number),
        err: null,
        fee: 5_000,
        innerInstructions: [
          {
            index: 1,
            instructions: [
              { accounts: [6], data: base58(Buffer.of(21, 7, 0)), programIdIndex: 4, stackHeight: 2 },
              { accounts: [0, 1], data: expect.any(String), programIdIndex: 2, stackHeight: 2 },
              { accounts: [1], data: base58(Buffer.of(22)), programIdIndex: 4, stackHeight: 2 },
              { accounts: [1, 6], data: expect.any(String), programIdIndex: 4, stackHeight: 2 },
            ],
          },
        ],
        loadedAddresses: { readonly: [MINT], writable: [LOOKED] },
        logMessages: expect.arrayContaining([`Program ${TOKEN} invoke [2]`]),
        postBalances: [before - MILLION - RENT - 5_000, RENT, 1, balance, balance, MILLION, MILLION],
        postTokenBalances: [
          {
            accountIndex: 1,
            mint: MINT,
            owner: payer,
            programId: TOKEN,
            uiTokenAmount: { amount: '0', decimals: 2, uiAmount: 0, uiAmountString: '0' },
          },
        ],
        preBalances: [before, 0, 1, balance, balance, 0, MILLION],
        preTokenBalances: [],
        returnData: {
          data: [Buffer.of(165, 0, 0, 0, 0, 0, 0, 0).toString('base64'), 'base64'],
          programId: TOKEN,
        },
        rewards: [],
        status: { Ok: null },
      },
      slot: v0.slot,
      transaction: {
        message: {
          accountKeys: [payer, account, SYSTEM, ASSOCIATED, TOKEN],
          addressTableLookups: [{ accountKey: TABLE, readonlyIndexes: [1], writableIndexes: [0] }],
          header: { numReadonlySignedAccounts: 0, numReadonlyUnsignedAccounts: 3, numRequiredSignatures: 1 },
          instructions: [
            { accounts: [0, 5], data: base58(amountData(MILLION)), programIdIndex: 2, stackHeight: 1 },
            {
              accounts: [0, 1, 0, 6, 2, 4],
              data: base58(Buffer.of(1)),
              programIdIndex: 3,
              stackHeight: 1,
            },
            { accounts: [6], data: base58(Buffer.of(21)), programIdIndex: 4, stackHeight: 1 },
          ],
          recentBlockhash: v0.blockhash,
        },
        signatures: [v0.signature],
      },
      transactionIndex: 0,
      version: 0,
    });
  });

  it('names the table as the source of an account, and parses inner instructions', async () => {
    const { loadedAddresses: _, ...meta } = (await get(v0, latest)).meta;
    const parsed = (info: object, type: string, stackHeight: number, program = 'spl-token', id = TOKEN) => ({
      parsed: { info, type },
      program,
      programId: id,
      stackHeight,
    });
    const inner = [
      parsed({ extensionTypes: ['immutableOwner'], mint: MINT }, 'getAccountDataSize', 2),
      parsed(
        { lamports: RENT, newAccount: account, owner: TOKEN, source: payer, space: 165 },
        'createAccount',
        2,
        'system',
        SYSTEM,
      ),
      parsed({ account }, 'initializeImmutableOwner', 2),
      parsed({ account, mint: MINT, owner: payer }, 'initializeAccount3', 2),
    ];
    expect(await get(v0, { encoding: 'jsonParsed', ...latest })).toEqual({
      blockTime: await timeOf(v0),
      meta: { ...meta, innerInstructions: [{ index: 1, instructions: inner }] },
      slot: v0.slot,
      transaction: {
        message: {
          accountKeys: [
            role(payer, true, true),
            role(account, true),
            role(SYSTEM, false),
            role(ASSOCIATED, false),
            role(TOKEN, false),
            role(LOOKED, true, false, 'lookupTable'),
            role(MINT, false, false, 'lookupTable'),
          ],
          addressTableLookups: [{ accountKey: TABLE, readonlyIndexes: [1], writableIndexes: [0] }],
          instructions: [
            parsed(
              { destination: LOOKED, lamports: MILLION, source: payer },
              'transfer',
              1,
              'system',
              SYSTEM,
            ),
            parsed(
              {
                account,
                mint: MINT,
                source: payer,
                systemProgram: SYSTEM,
                tokenProgram: TOKEN,
                wallet: payer,
              },
              'createIdempotent',
              1,
              'spl-associated-token-account',
              ASSOCIATED,
            ),
            parsed({ mint: MINT }, 'getAccountDataSize', 1),
          ],
          recentBlockhash: v0.blockhash,
        },
        signatures: [v0.signature],
      },
      transactionIndex: 0,
      version: 0,
    });
  });

  it('shows the error of one that failed, which cost the fee alone', async () => {
    const err = { InstructionError: [1, { Custom: 1 }] };
    const { meta } = await get(failed, latest);
    const { postBalances } = (await get(v0, latest)).meta;
    const before = postBalances[0] ?? Number.NaN;
    expect(meta).toEqual({
      ...legacyMeta,
      err,
      loadedAddresses: nothingLoaded,
      logMessages: expect.arrayContaining([`Program ${SYSTEM} failed: custom program error: 0x1`]),
      postBalances: [before - 5_000, MILLION, 1, balance],
      preBalances: [before, MILLION, 1, balance],
      status: { Err: err },
    });
  });

  const unsupported = {
    code: -32015,
    message:
      'Transaction version (0) is not supported by the requesting client. Please try the request again with the following configuration parameter: "maxSupportedTransactionVersion": 0',
  };
  it.each([[], [{}], ['jsonParsed'], [{ maxSupportedTransactionVersion: null }], [{ encoding: 'base64' }]])(
    'does not show version 0 to those who do not ask for it: %j',
    async (...config) => {
      expect(await world.error('getTransaction', [v0.signature, ...config])).toEqual(unsupported);
    },
  );

  it('knows nothing of a signature that nobody sent', async () => {
    expect(await world.result('getTransaction', ['1'.repeat(64)])).toBeNull();
    expect(await world.error('getTransaction', [legacy.signature, { commitment: 'processed' }])).toEqual({
      code: -32602,
      message: 'Method does not support commitment below `confirmed`',
    });
  });

  it('shows a transaction from the commitment on that it has reached', async () => {
    const sent = await sender.legacy([memo('soon')]);
    const wire = sent.bytes.toString('base64');
    await world.result('sendTransaction', [wire, { encoding: 'base64' }]);
    const found = async (commitment: string) =>
      (await world.result('getTransaction', [sent.signature, { commitment }])) !== null;
    expect([await found('confirmed'), await found('finalized')]).toEqual([false, false]);
    await world.step();
    expect([await found('confirmed'), await found('finalized')]).toEqual([true, false]);
    await world.finalize();
    expect([await found('confirmed'), await found('finalized')]).toEqual([true, true]);
  });
});

/** The data of a transfer of SOL. */
function amountData(lamports: number): Uint8Array {
  const data = Buffer.alloc(12);
  data.writeUInt32LE(2);
  data.writeBigUInt64LE(BigInt(lamports), 4);
  return data;
}
