import { networkConfig } from '@inferscan/protocol';
import { type Address, generateKeyPairSigner, getBase58Encoder } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { findAssociatedTokenPda, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startTestNet, type TestNet, until } from './support.js';
import { createWallet, type Wallet } from './wallet.js';

const NOS = networkConfig('localnet').nosMint;

describe('reading', () => {
  let test: TestNet;
  let owner: Wallet;
  let ata: Address;
  const sent: string[] = [];

  const value = async (method: string, params: unknown[]): Promise<unknown> =>
    ((await test.rpc(method, params)).result as { value: unknown }).value;

  beforeAll(async () => {
    test = await startTestNet();
    owner = createWallet(test, await generateKeyPairSigner());
    await post(
      `${test.net.url}/faucet`,
      JSON.stringify({ address: owner.key.address, lamports: '1000000000', nos: '1500000' }),
    );
    [ata] = await findAssociatedTokenPda({
      owner: owner.key.address,
      mint: NOS,
      tokenProgram: TOKEN_PROGRAM_ADDRESS,
    });
    for (let index = 0; index < 5; index += 1) {
      const lamports = 2_000_000n + BigInt(index);
      const to = owner.key.address;
      sent.unshift(
        await owner.send([
          getTransferSolInstruction({ source: owner.key, destination: to, amount: lamports }),
        ]),
      );
    }
    // Reads are of the finalized state unless they say otherwise.
    await until('the transfers to be final', async () => {
      const { result } = await test.rpc('getSignatureStatuses', [sent.slice(0, 1)]);
      const [status] = (result as { value: { confirmationStatus: string }[] }).value;
      return status?.confirmationStatus === 'finalized';
    });
  });
  afterAll(() => test.stop());

  it('pages through the history of an address, newest first', async () => {
    const list = async (config: object): Promise<string[]> => {
      const { result } = await test.rpc('getSignaturesForAddress', [
        owner.key.address,
        { commitment: 'confirmed', ...config },
      ]);
      return (result as { signature: string }[]).map(({ signature }) => signature);
    };
    const all = await list({});
    expect(all.slice(0, 5)).toEqual(sent);
    expect(await list({ limit: 2 })).toEqual(sent.slice(0, 2));
    expect(await list({ limit: 2, before: sent[1] })).toEqual(sent.slice(2, 4));
    expect(await list({ before: sent[0], until: sent[3] })).toEqual(sent.slice(1, 3));
    expect(await list({ before: all.at(-1) })).toEqual([]);
    const { error } = await test.rpc('getSignaturesForAddress', [owner.key.address, { limit: 1001 }]);
    expect(error?.code).toBe(-32602);
  });

  it('reads token accounts in every way that wallets do', async () => {
    const amount = { amount: '1500000', decimals: 6, uiAmount: 1.5, uiAmountString: '1.5' };
    expect(await value('getTokenAccountBalance', [ata])).toEqual(amount);
    expect(await value('getTokenSupply', [NOS])).toEqual(amount);
    const parsed = {
      program: 'spl-token',
      parsed: { type: 'account', info: { mint: NOS, owner: owner.key.address, tokenAmount: amount } },
    };
    expect(await value('getAccountInfo', [ata, { encoding: 'jsonParsed' }])).toMatchObject({ data: parsed });
    for (const which of [{ mint: NOS }, { programId: TOKEN_PROGRAM_ADDRESS }]) {
      expect(
        await value('getTokenAccountsByOwner', [owner.key.address, which, { encoding: 'jsonParsed' }]),
      ).toMatchObject([{ pubkey: ata, account: { data: parsed, owner: TOKEN_PROGRAM_ADDRESS } }]);
    }
    const { error } = await test.rpc('getTokenAccountBalance', [owner.key.address]);
    expect(error?.code).toBe(-32602);
  });

  it('filters program accounts', async () => {
    const ownerBytes = Buffer.from(getBase58Encoder().encode(owner.key.address));
    const find = async (filters: (object | string)[], config = {}): Promise<string[]> => {
      const { result } = await test.rpc('getProgramAccounts', [
        TOKEN_PROGRAM_ADDRESS,
        { encoding: 'base64', filters, ...config },
      ]);
      return (result as { pubkey: string }[]).map(({ pubkey }) => pubkey);
    };
    const byOwner = { memcmp: { offset: 32, bytes: owner.key.address } };
    expect(await find([{ dataSize: 165 }, byOwner])).toEqual([ata]);
    expect((await find([{ dataSize: 82 }])).sort()).toEqual([
      'So11111111111111111111111111111111111111112',
      NOS,
    ]);
    expect(
      await find([{ memcmp: { offset: 32, bytes: ownerBytes.toString('base64'), encoding: 'base64' } }]),
    ).toEqual([ata]);
    expect(await find([{ memcmp: { offset: 164, bytes: owner.key.address } }])).toEqual([]);
    expect(await find(['tokenAccountState', byOwner])).toEqual([ata]);

    const { result } = await test.rpc('getProgramAccounts', [
      TOKEN_PROGRAM_ADDRESS,
      { encoding: 'base64', filters: [byOwner], dataSlice: { offset: 32, length: 32 }, withContext: true },
    ]);
    expect(result).toMatchObject({
      context: { slot: expect.any(Number) },
      value: [{ account: { data: [ownerBytes.toString('base64'), 'base64'], space: 165 } }],
    });
    const tooMany = await test.rpc('getProgramAccounts', [
      TOKEN_PROGRAM_ADDRESS,
      { filters: Array.from({ length: 5 }, () => byOwner) },
    ]);
    expect(tooMany.error?.code).toBe(-32602);
  });

  it('encodes account data as asked', async () => {
    const data = async (config: object) =>
      ((await value('getAccountInfo', [ata, config])) as { data: unknown }).data;
    expect(await data({ encoding: 'base58', dataSlice: { offset: 0, length: 32 } })).toEqual([NOS, 'base58']);
    expect(await data({ dataSlice: { offset: 0, length: 32 } })).toBe(NOS);
    const { error } = await test.rpc('getAccountInfo', [ata, { encoding: 'base58' }]);
    expect(error?.code).toBe(-32600);
    expect(await value('getAccountInfo', [(await generateKeyPairSigner()).address])).toBeNull();
    expect(
      await value('getMultipleAccounts', [[NOS, (await generateKeyPairSigner()).address]]),
    ).toMatchObject([{ owner: TOKEN_PROGRAM_ADDRESS }, null]);
  });

  it('returns blocks with their transactions', async () => {
    const { result } = await test.rpc('getTransaction', [
      sent[0],
      { commitment: 'confirmed', maxSupportedTransactionVersion: 0 },
    ]);
    const { slot, blockTime, transactionIndex } = result as Record<
      'slot' | 'blockTime' | 'transactionIndex',
      number
    >;
    expect(transactionIndex).toBe(0);
    const block = async (config: object) =>
      (
        await test.rpc('getBlock', [
          slot,
          { commitment: 'confirmed', maxSupportedTransactionVersion: 0, ...config },
        ])
      ).result as Record<string, unknown>;
    const full = await block({});
    expect(full).toMatchObject({
      blockTime,
      parentSlot: slot - 1,
      transactions: [{ transaction: { signatures: [sent[0]] } }],
    });
    expect(await block({ transactionDetails: 'signatures' })).toMatchObject({ signatures: [sent[0]] });
    expect(await block({ transactionDetails: 'none' })).not.toHaveProperty('transactions');
    expect(await block({ transactionDetails: 'accounts' })).toMatchObject({
      transactions: [
        { transaction: { accountKeys: [{ pubkey: owner.key.address, signer: true, writable: true }, {}] } },
      ],
    });
    const parent = (
      await test.rpc('getBlock', [slot - 1, { commitment: 'confirmed', transactionDetails: 'none' }])
    ).result;
    expect(full.previousBlockhash).toBe((parent as { blockhash: string }).blockhash);
    const { result: blocks } = await test.rpc('getBlocks', [slot - 1, slot, { commitment: 'confirmed' }]);
    expect(blocks).toEqual([slot - 1, slot]);
    expect((await test.rpc('getBlockTime', [slot])).result).toBe(blockTime);
  });

  it('parses the instructions of a transaction where it knows the program', async () => {
    const { result } = await test.rpc('getTransaction', [
      sent[0],
      { commitment: 'confirmed', encoding: 'jsonParsed', maxSupportedTransactionVersion: 0 },
    ]);
    expect(result).toMatchObject({
      transaction: {
        message: {
          accountKeys: [
            { pubkey: owner.key.address, signer: true, source: 'transaction', writable: true },
            {},
          ],
          instructions: [
            {
              program: 'system',
              parsed: { type: 'transfer', info: { lamports: 2_000_004, source: owner.key.address } },
            },
          ],
        },
      },
    });
    const faucet = await test.rpc('getSignaturesForAddress', [ata, { commitment: 'confirmed' }]);
    const [first] = faucet.result as { signature: string; memo: string }[];
    expect(first?.memo).toMatch(/^\[\d+\] faucet /);
    const funded = await test.rpc('getTransaction', [
      first?.signature,
      { commitment: 'confirmed', encoding: 'jsonParsed', maxSupportedTransactionVersion: 0 },
    ]);
    const { transaction, meta } = funded.result as {
      transaction: { message: { instructions: { program: string; parsed: { type?: string } }[] } };
      meta: { innerInstructions: { index: number; instructions: { parsed: { type: string } }[] }[] };
    };
    expect(transaction.message.instructions.map(({ program, parsed }) => [program, parsed.type])).toEqual([
      ['system', 'transfer'],
      ['spl-associated-token-account', 'createIdempotent'],
      ['spl-token', 'mintTo'],
      ['spl-memo', undefined],
    ]);
    expect(meta.innerInstructions).toHaveLength(1);
    expect(meta.innerInstructions[0]?.instructions.map(({ parsed }) => parsed?.type)).toContain(
      'initializeAccount3',
    );
  });

  it('answers the small questions', async () => {
    const { result: rent } = await test.rpc('getMinimumBalanceForRentExemption', [165]);
    expect(rent).toBe(2_039_280);
    expect((await test.rpc('getVersion')).result).toHaveProperty('solana-core');
    expect((await test.rpc('getGenesisHash')).result).toEqual(expect.any(String));
    expect((await test.rpc('getRecentPrioritizationFees')).result).toEqual(
      expect.arrayContaining([{ slot: expect.any(Number), prioritizationFee: 0 }]),
    );
    const epoch = (await test.rpc('getEpochInfo', [{ commitment: 'processed' }])).result;
    expect(epoch).toMatchObject({ epoch: 0, slotsInEpoch: 432_000, blockHeight: expect.any(Number) });
    const wire = Buffer.from(await owner.sign([]), 'base64');
    const message = wire.subarray(1 + 64).toString('base64');
    expect(await value('getFeeForMessage', [message, { commitment: 'confirmed' }])).toBe(5000);
  });

  it('refuses faucet requests outside its limits', async () => {
    const ask = async (body: unknown) => {
      const response = await fetch(`${test.net.url}/faucet`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, error: ((await response.json()) as { error: string }).error };
    };
    const address = owner.key.address;
    const cases: [body: object, text: string][] = [
      [{}, 'address'],
      [{ address }, 'ask for'],
      [{ address, lamports: '-1' }, 'lamports'],
      [{ address, lamports: '200000000000' }, 'at most'],
      [{ address, nos: '0' }, 'above 0'],
      [{ address, nos: '1.5' }, 'decimal string'],
      [{ address, stake: { amount: '1', durationSeconds: 60 } }, '14 days'],
      [{ address: (await generateKeyPairSigner()).address, lamports: '1' }, 'at least'],
    ];
    for (const [body, text] of cases) {
      const { status, error } = await ask(body);
      expect(status, JSON.stringify(body)).toBe(400);
      expect(error, JSON.stringify(body)).toContain(text);
    }
  });
});
