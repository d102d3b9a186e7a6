import { PublicKey } from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base58, base64, bytesOf, NEVER, PROGRAM, tooMany } from './account-data.js';
import { freshAddress, startWorld, type World } from './world.js';

describe('accounts of a program', () => {
  let world: World;
  let finalized: object;
  /** Addresses of three accounts in the order of their bytes, the first two with 40 bytes, the last with 48. */
  let three: string[];
  const data = [bytesOf(40), bytesOf(40, 1), bytesOf(48)];

  beforeAll(async () => {
    world = await startWorld();
    const found = [await freshAddress(), await freshAddress(), await freshAddress()];
    const toBytes = (address: string) => Buffer.from(new PublicKey(address).toBytes());
    three = found.sort((a, b) => Buffer.compare(toBytes(a), toBytes(b)));
    // The order in which they come into being does not matter.
    for (const index of [2, 0, 1]) {
      await world.place(three[index] ?? '', { owner: PROGRAM, data: data[index] ?? new Uint8Array() });
    }
    await world.finalize();
    finalized = await world.context();
  });
  afterAll(() => world.stop());

  const listed = (index: number, text = base64(data[index] ?? new Uint8Array())) => ({
    account: {
      data: [text, 'base64'],
      executable: false,
      lamports: 1_000_000,
      owner: PROGRAM,
      rentEpoch: NEVER,
      space: data[index]?.length,
    },
    pubkey: three[index],
  });
  const memcmp = (offset: number, bytes: unknown, encoding?: string) => ({
    memcmp: { offset, bytes, ...(encoding === undefined ? {} : { encoding }) },
  });

  const filters: [filters: unknown[] | null, found: number[]][] = [
    [null, [0, 1, 2]],
    [[], [0, 1, 2]],
    [[{ dataSize: 40 }], [0, 1]],
    [[{ dataSize: 48 }], [2]],
    [[{ dataSize: 0 }], []],
    [[memcmp(0, base58(bytesOf(3)))], [0, 2]],
    [[memcmp(0, base58(bytesOf(3)), 'base58')], [0, 2]],
    [[memcmp(1, base58(bytesOf(3, 1)))], [0, 2]],
    [[memcmp(0, base64(bytesOf(3, 1)), 'base64')], [1]],
    [[memcmp(0, [1, 2, 3])], [1]],
    [[memcmp(0, [1, 2, 3], 'bytes')], [1]],
    [[memcmp(0, '')], [0, 1, 2]],
    [[memcmp(38, base64(bytesOf(4, 38)), 'base64')], [2]],
    [[memcmp(48, '')], [2]],
    [[memcmp(49, '')], []],
    [[memcmp(Number.MAX_SAFE_INTEGER, '2')], []],
    [[memcmp(0, base64(bytesOf(40)), 'base64'), { dataSize: 40 }], [0]],
    [[memcmp(0, base64(bytesOf(1)), 'base64'), { dataSize: 40 }, memcmp(1, [1]), memcmp(2, [9])], []],
    [['tokenAccountState'], []],
    [[{ tokenAccountState: null }], []],
  ];
  it.each(filters)('are filtered by %j', async (wanted, found) => {
    const expected = found.map((index) => listed(index));
    const config = { encoding: 'base64', filters: wanted };
    expect(await world.result('getProgramAccounts', [PROGRAM, config])).toEqual(expected);
    expect(await world.result('getProgramAccounts', [PROGRAM, { ...config, withContext: true }])).toEqual({
      context: finalized,
      value: expected,
    });
  });

  it('come in slices and in any order', async () => {
    const config = { encoding: 'base64', dataSlice: { offset: 1, length: 2 }, sortResults: false };
    const answer = (await world.result('getProgramAccounts', [PROGRAM, config])) as { pubkey: string }[];
    const expected = data.map((bytes, index) => listed(index, base64(bytes.slice(1, 3))));
    expect(answer.sort((a, b) => three.indexOf(a.pubkey) - three.indexOf(b.pubkey))).toEqual(expected);
  });

  it('are none of a program that nobody knows', async () => {
    expect(await world.result('getProgramAccounts', [await freshAddress()])).toEqual([]);
  });

  it('are filtered by at most four filters', async () => {
    const filters = Array.from({ length: 5 }, () => ({ dataSize: 1 }));
    expect(await world.error('getProgramAccounts', [PROGRAM, { filters }])).toEqual(tooMany('filters', 4));
  });
});
