import { decompress } from '@bokuweb/zstd-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base58, base64, bytesOf, NEVER, PROGRAM, tooMany } from './account-data.js';
import { freshAddress, SOL, startWorld, type World } from './world.js';

const SYSTEM = '1'.repeat(32);
const CLOCK = 'SysvarC1ock11111111111111111111111111111111';
const TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';

const tooLong = {
  code: -32600,
  message: 'Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.',
};

describe('accounts', () => {
  let world: World;
  const short = bytesOf(128, 1);
  const long = bytesOf(129, 1);
  const names = { short: '', long: '', empty: '', nobody: '' };
  let finalized: object;

  beforeAll(async () => {
    world = await startWorld();
    for (const name of ['short', 'long', 'empty', 'nobody'] as const) names[name] = await freshAddress();
    await world.place(names.short, { owner: PROGRAM, data: short });
    await world.place(names.long, { owner: PROGRAM, data: long, lamports: 7 });
    await world.place(names.empty, { owner: SYSTEM, data: new Uint8Array(), lamports: 3 });
    await world.finalize();
    finalized = await world.context();
  });
  afterAll(() => world.stop());

  const account = (data: unknown, space: number, edit: object = {}) => ({
    data,
    executable: false,
    lamports: 1_000_000,
    owner: PROGRAM,
    rentEpoch: NEVER,
    space,
    ...edit,
  });
  const slice = (offset: number, length: number) => ({ dataSlice: { offset, length } });

  const encodings: [config: object | null, data: unknown][] = [
    [null, base58(short)],
    [{}, base58(short)],
    [{ encoding: null, dataSlice: null }, base58(short)],
    [{ encoding: 'binary' }, base58(short)],
    [{ encoding: 'base58' }, [base58(short), 'base58']],
    [{ encoding: 'base64' }, [base64(short), 'base64']],
    // Nobody knows the accounts of this program.
    [{ encoding: 'jsonParsed' }, [base64(short), 'base64']],
    [{ encoding: 'jsonParsed', ...slice(1, 2) }, [base64(short.slice(1, 3)), 'base64']],
    [{ encoding: 'base64', ...slice(0, 4) }, [base64(short.slice(0, 4)), 'base64']],
    [{ encoding: 'base64', ...slice(126, 4) }, [base64(short.slice(126)), 'base64']],
    [{ encoding: 'base64', ...slice(200, 4) }, ['', 'base64']],
    [{ encoding: 'base64', ...slice(4, 0) }, ['', 'base64']],
    [{ encoding: 'base58', ...slice(0, 0) }, ['', 'base58']],
    [slice(0, 2), base58(short.slice(0, 2))],
  ];
  it.each(encodings)('are written as %j asks', async (config, data) => {
    const params = config === null ? [names.short] : [names.short, config];
    expect(await world.result('getAccountInfo', params)).toEqual({
      context: finalized,
      value: account(data, 128),
    });
  });

  it('are compressed when asked', async () => {
    const config = { encoding: 'base64+zstd' };
    const { value } = (await world.result('getAccountInfo', [names.long, config])) as {
      value: { data: [string, string] };
    };
    expect(value).toEqual(account([expect.any(String), 'base64+zstd'], 129, { lamports: 7 }));
    expect(decompress(Buffer.from(value.data[0], 'base64'))).toEqual(long);
  });

  const refusals: [method: string, what: () => unknown, config: object][] = [
    ['getAccountInfo', () => names.long, {}],
    ['getAccountInfo', () => names.long, { encoding: 'binary' }],
    ['getAccountInfo', () => names.long, { encoding: 'base58' }],
    ['getAccountInfo', () => names.long, slice(0, 129)],
    ['getMultipleAccounts', () => [names.short, names.long], { encoding: 'base58' }],
    ['getProgramAccounts', () => PROGRAM, {}],
  ];
  it.each(refusals)('%s refuses base58 for more than 128 bytes', async (method, what, config) => {
    expect(await world.error(method, [what(), config])).toEqual(tooLong);
  });

  it('takes base58 of a short enough part', async () => {
    expect(await world.result('getAccountInfo', [names.long, slice(1, 128)])).toEqual({
      context: finalized,
      value: account(base58(long.slice(1)), 129, { lamports: 7 }),
    });
  });

  it('come several at once, in base64 unless told otherwise, and null where there is none', async () => {
    const empty = account(['', 'base64'], 0, { lamports: 3, owner: SYSTEM });
    const first = account([base64(short), 'base64'], 128);
    expect(
      await world.result('getMultipleAccounts', [[names.short, names.nobody, names.empty, names.short]]),
    ).toEqual({ context: finalized, value: [first, null, empty, first] });
    expect(
      await world.result('getMultipleAccounts', [[names.short], { encoding: 'base58', ...slice(0, 3) }]),
    ).toEqual({ context: finalized, value: [account([base58(short.slice(0, 3)), 'base58'], 128)] });
    expect(await world.result('getMultipleAccounts', [[]])).toEqual({ context: finalized, value: [] });
    const many = Array.from({ length: 101 }, () => SYSTEM);
    expect(await world.error('getMultipleAccounts', [many])).toEqual(tooMany('inputs', 100));
    expect(await world.result('getMultipleAccounts', [many.slice(1)])).toMatchObject({ context: finalized });
  });

  const none: [method: string, value: unknown][] = [
    ['getAccountInfo', null],
    ['getBalance', 0],
    ['getMultipleAccounts', [null]],
  ];
  it.each(none)('%s of nobody', async (method, value) => {
    const wanted = method === 'getMultipleAccounts' ? [names.nobody] : names.nobody;
    expect(await world.result(method, [wanted])).toEqual({ context: finalized, value });
  });

  it('have balances', async () => {
    expect(await world.result('getBalance', [names.long])).toEqual({ context: finalized, value: 7 });
    expect(await world.result('getBalance', [world.payer.key.address])).toEqual({
      context: finalized,
      value: 10 * SOL,
    });
  });

  const reads: [method: string, what: () => unknown, config?: object][] = [
    ['getBalance', () => SYSTEM],
    ['getAccountInfo', () => names.long],
    ['getMultipleAccounts', () => [names.long], { encoding: 'base58' }],
    ['getProgramAccounts', () => PROGRAM],
    ['getProgramAccounts', () => PROGRAM, { withContext: true }],
    ['getTokenAccountsByOwner', () => SYSTEM],
  ];
  it.each(reads)('%s waits for nobody', async (method, what, config) => {
    const minContextSlot = 1_000_000;
    const filter = method === 'getTokenAccountsByOwner' ? [{ mint: SYSTEM }] : [];
    expect(await world.error(method, [what(), ...filter, { ...config, minContextSlot }])).toEqual({
      code: -32016,
      message: 'Minimum context slot has not been reached',
      data: { contextSlot: await world.slot('finalized') },
    });
  });

  it('of the cluster are parsed', async () => {
    const config = { encoding: 'jsonParsed', commitment: 'processed' };
    const processed = await world.context('processed');
    const { time } = await world.control<{ time: number }>('status');
    expect(await world.result('getAccountInfo', [CLOCK, config])).toEqual({
      context: processed,
      value: {
        data: {
          parsed: {
            info: {
              epoch: 0,
              epochStartTimestamp: expect.any(Number),
              leaderScheduleEpoch: expect.any(Number),
              slot: await world.slot('processed'),
              unixTimestamp: time,
            },
            type: 'clock',
          },
          program: 'sysvar',
          space: 40,
        },
        executable: false,
        lamports: expect.any(Number),
        owner: 'Sysvar1111111111111111111111111111111111111',
        rentEpoch: expect.any(Number),
        space: 40,
      },
    });
    const { value } = (await world.result('getAccountInfo', [TOKEN, config])) as { value: object };
    expect(value).toMatchObject({ executable: true, owner: expect.stringMatching(/^BPFLoader/) });
  });
});
