import { AddressLookupTableAccount, Keypair, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base58 } from './account-data.js';
import { createSender, memo, placeTable, type Sender, type Sent, transfer } from './sent.js';
import { key } from './token-layouts.js';
import { SOL, startWorld, type World } from './world.js';

const SYSTEM = '1'.repeat(32);
const TYPE = 'solana_transaction::versioned::VersionedTransaction';
const to = key(7);
/** A blockhash of no block. */
const OLD = base58(Buffer.alloc(32, 5));

const base64 = { encoding: 'base64' };
const wrong = (message: string) => ({ code: -32602, message });

describe('sendTransaction', () => {
  let world: World;
  let sender: Sender;
  let payer: PublicKey;

  beforeAll(async () => {
    world = await startWorld();
    sender = await createSender(world);
    payer = sender.payer.publicKey;
  });
  afterAll(() => world.stop());

  const texts: [config: object, text: (bytes: Buffer) => string][] = [
    [{ encoding: 'base64' }, (bytes) => bytes.toString('base64')],
    [{ encoding: 'base58' }, base58],
    [{ encoding: 'binary' }, base58],
    [{}, base58],
    [{ encoding: null, maxRetries: null, minContextSlot: null, preflightCommitment: null }, base58],
    [{ maxRetries: 0, minContextSlot: 1, preflightCommitment: 'processed', skipPreflight: false }, base58],
    [{ skipPreflight: true, maxRetries: 3 }, base58],
  ];
  it.each(texts)('takes %j', async (config, text) => {
    const { bytes, signature } = await sender.legacy([memo(JSON.stringify(config))]);
    expect(await world.result('sendTransaction', [text(bytes), config])).toBe(signature);
    await world.step();
    const confirmed = await world.result('getTransaction', [signature, { commitment: 'confirmed' }]);
    expect(confirmed).toMatchObject({ meta: { err: null } });
  });

  const signed = (edit: (bytes: Buffer) => Buffer) => async () =>
    edit((await sender.legacy([memo('x')])).bytes).toString('base64');
  const bytes =
    (...values: number[]) =>
    async () =>
      Buffer.from(values).toString('base64');
  const unread = (reason: string) => wrong(`failed to deserialize ${TYPE}: ${reason}`);
  const eof = unread('io error: failed to fill whole buffer');
  const insane = wrong('invalid transaction: Transaction failed to sanitize accounts offsets correctly');
  const unreadable: [what: string, text: () => Promise<string>, config: object, error: object][] = [
    [
      'too much base64',
      async () => 'A'.repeat(1645),
      base64,
      wrong(`base64 encoded ${TYPE} too large: 1645 bytes (max: encoded/raw 1644/1232)`),
    ],
    [
      'too much base58',
      async () => '1'.repeat(1684),
      {},
      wrong(`base58 encoded ${TYPE} too large: 1684 bytes (max: encoded/raw 1683/1232)`),
    ],
    [
      'too many bytes',
      async () => Buffer.alloc(1233).toString('base64'),
      base64,
      wrong(`decoded ${TYPE} too large: 1233 bytes (max: 1232 bytes)`),
    ],
    ['a bad digit', async () => 'AA!A', base64, wrong('invalid base64 encoding: InvalidByte(2, 33)')],
    ['half a digit', async () => 'AAAAA', base64, wrong('invalid base64 encoding: InvalidLength(5)')],
    ['no padding', async () => 'AA', base64, wrong('invalid base64 encoding: InvalidPadding')],
    ['leftover bits', async () => 'AB==', base64, wrong('invalid base64 encoding: InvalidLastSymbol(1, 66)')],
    [
      'a bad base58 digit',
      async () => '1l1',
      {},
      wrong("invalid base58 encoding: InvalidCharacter { character: 'l', index: 1 }"),
    ],
    ['nothing', bytes(), base64, eof],
    ['a part', signed((whole) => whole.subarray(0, 100)), base64, eof],
    ['no signature', bytes(0), base64, eof],
    [
      'a length in too many bytes',
      bytes(0x81, 0),
      base64,
      unread('invalid value: alias encoding, expected strict form encoding'),
    ],
    [
      'a length that goes on',
      bytes(0x81, 0x81, 0x81),
      base64,
      unread(
        'invalid value: continue signal on byte-three, expected a terminal signal on or before byte-three',
      ),
    ],
    [
      'a length beyond 16 bits',
      bytes(0xff, 0xff, 0x7f),
      base64,
      unread('invalid value: integer `2097151`, expected a value in the range [0, 65535]'),
    ],
    [
      'a version to come',
      bytes(0, 0x81),
      base64,
      unread('invalid value: integer `1`, expected a valid transaction message version'),
    ],
    [
      'a message that is not for the chain',
      bytes(0, 0xff),
      base64,
      unread('off-chain messages are not accepted'),
    ],
    [
      'too many signatures',
      signed((whole) => Buffer.concat([Buffer.of(2), Buffer.alloc(64), whole.subarray(1)])),
      base64,
      insane,
    ],
    [
      'an account that is not there',
      signed((whole) => {
        whole[whole.length - 4] = 9;
        return whole;
      }),
      base64,
      insane,
    ],
  ];
  it.each(unreadable)('does not read %s', async (_, text, config, error) => {
    expect(await world.error('sendTransaction', [await text(), config])).toEqual(error);
  });

  it('does not take a signature that is not right', async () => {
    const { bytes: whole, signature } = await sender.legacy([memo('forged')]);
    const last = whole.length - 1;
    whole[last] = (whole[last] ?? 0) ^ 1;
    expect(await world.error('sendTransaction', [whole.toString('base64'), base64])).toEqual({
      code: -32003,
      message: 'Transaction signature verification failure',
    });
    // Nobody looks at it before a leader does, and that one drops it.
    const skip = { ...base64, skipPreflight: true };
    expect(await world.result('sendTransaction', [whole.toString('base64'), skip])).toBe(signature);
    await world.step();
    const config = { searchTransactionHistory: true };
    expect(await world.result('getSignatureStatuses', [[signature], config])).toMatchObject({
      value: [null],
    });
  });

  const nothing = {
    accounts: null,
    err: null,
    fee: null,
    innerInstructions: null,
    loadedAccountsDataSize: 0,
    loadedAddresses: null,
    logs: [],
    postBalances: null,
    postTokenBalances: null,
    preBalances: null,
    preTokenBalances: null,
    replacementBlockhash: null,
    returnData: null,
    unitsConsumed: 0,
  };
  const nobody = new PublicKey(Buffer.alloc(32, 99));
  const poor = async (lamports: number): Promise<Sent> => {
    const other = await createSender(world, 50);
    await world.place(other.payer.publicKey.toBase58(), { owner: SYSTEM, data: new Uint8Array(), lamports });
    await world.finalize();
    return other.legacy([memo(`with ${lamports}`)]);
  };
  const failures: [text: string, sent: () => Promise<Sent>, data: object][] = [
    [
      'Blockhash not found',
      () => sender.legacy([memo('old')], OLD),
      { ...nothing, err: 'BlockhashNotFound' },
    ],
    [
      'This transaction has already been processed',
      async () => {
        const sent = await sender.send(await sender.legacy([memo('once')]));
        await world.finalize();
        return sent;
      },
      { ...nothing, err: 'AlreadyProcessed' },
    ],
    ['Insufficient funds for fee', () => poor(4_999), { ...nothing, err: 'InsufficientFundsForFee' }],
    [
      'Attempt to debit an account but found no record of a prior credit.',
      () => poor(0),
      { ...nothing, err: 'AccountNotFound' },
    ],
    [
      'Attempt to load a program that does not exist',
      () => sender.legacy([new TransactionInstruction({ programId: nobody, keys: [] })]),
      { ...nothing, err: 'ProgramAccountNotFound' },
    ],
    [
      'Transaction results in an account (1) with insufficient funds for rent',
      () => sender.legacy([transfer(payer, key(60), 1)]),
      {
        ...nothing,
        err: { InsufficientFundsForRent: { account_index: 1 } },
        fee: 5_000,
        loadedAccountsDataSize: expect.any(Number),
        logs: [`Program ${SYSTEM} invoke [1]`, `Program ${SYSTEM} success`],
        unitsConsumed: 150,
      },
    ],
    [
      'Error processing Instruction 1: custom program error: 0x1',
      () => sender.legacy([transfer(payer, to, SOL / 10), transfer(payer, to, 5 * SOL)]),
      {
        ...nothing,
        err: { InstructionError: [1, { Custom: 1 }] },
        fee: 5_000,
        loadedAccountsDataSize: expect.any(Number),
        logs: [
          `Program ${SYSTEM} invoke [1]`,
          `Program ${SYSTEM} success`,
          `Program ${SYSTEM} invoke [1]`,
          expect.stringMatching(/^Transfer: insufficient lamports \d+, need 5000000000$/),
          `Program ${SYSTEM} failed: custom program error: 0x1`,
        ],
        unitsConsumed: 300,
      },
    ],
    [
      'Error processing Instruction 0: invalid instruction data',
      () =>
        sender.legacy([
          new TransactionInstruction({ programId: new PublicKey(SYSTEM), keys: [], data: Buffer.of(200) }),
        ]),
      {
        ...nothing,
        err: { InstructionError: [0, 'InvalidInstructionData'] },
        fee: 5_000,
        loadedAccountsDataSize: expect.any(Number),
        logs: [`Program ${SYSTEM} invoke [1]`, `Program ${SYSTEM} failed: invalid instruction data`],
        unitsConsumed: 150,
      },
    ],
  ];
  it.each(failures)('tries first: %s', async (text, sent, data) => {
    const { bytes: whole } = await sent();
    expect(await world.error('sendTransaction', [whole.toString('base64'), base64])).toEqual({
      code: -32002,
      message: `Transaction simulation failed: ${text}`,
      data,
    });
  });

  it('does not take what it cannot resolve, tried or not', async () => {
    const used = key(30);
    const table = await placeTable(world, key(77), [used]);
    const { state } = table;
    const from = transfer(payer, used, 1_000_000);
    const absent = new AddressLookupTableAccount({ key: key(78), state });
    const longer = { ...state, addresses: [key(29), used] };
    const foreign = Keypair.fromSeed(Buffer.alloc(32, 3)).publicKey;
    await world.place(foreign.toBase58(), { owner: SYSTEM, data: Buffer.alloc(88) });
    await world.finalize();
    const cases: [table: AddressLookupTableAccount, text: string][] = [
      [absent, "Transaction loads an address table account that doesn't exist"],
      [
        new AddressLookupTableAccount({ key: table.key, state: longer }),
        'Transaction address table lookup uses an invalid index',
      ],
      [
        new AddressLookupTableAccount({ key: foreign, state }),
        'Transaction loads an address table account with an invalid owner',
      ],
    ];
    for (const [wanted, text] of cases) {
      const { bytes: whole } = await sender.v0([from], [wanted]);
      for (const skipPreflight of [false, true]) {
        const config = { ...base64, skipPreflight };
        expect(await world.error('sendTransaction', [whole.toString('base64'), config])).toEqual(
          wrong(`invalid transaction: ${text}`),
        );
      }
    }
  });

  it('waits for nobody', async () => {
    const { bytes: whole } = await sender.legacy([memo('wait')]);
    for (const [config, commitment] of [
      [{}, 'finalized'],
      [{ preflightCommitment: 'confirmed' }, 'confirmed'],
      [{ preflightCommitment: 'confirmed', skipPreflight: true }, 'processed'],
    ] as const) {
      const minContextSlot = 1_000_000;
      expect(
        await world.error('sendTransaction', [
          whole.toString('base64'),
          { ...base64, ...config, minContextSlot },
        ]),
      ).toEqual({
        code: -32016,
        message: 'Minimum context slot has not been reached',
        data: { contextSlot: await world.slot(commitment) },
      });
    }
  });
});
