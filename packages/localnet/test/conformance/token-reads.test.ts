import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEVER, PROGRAM } from './account-data.js';
import { account, key, mint, type RawAccount } from './token-layouts.js';
import { freshAddress, startWorld, type World } from './world.js';

const TOKEN = TOKEN_PROGRAM_ID.toBase58();
const TOKEN_2022 = TOKEN_2022_PROGRAM_ID.toBase58();
const NATIVE = 'So11111111111111111111111111111111111111112';
const RENT = 2_039_280;

const amountOf = (units: number) => ({
  amount: String(units),
  decimals: 2,
  uiAmount: units / 100,
  uiAmountString: String(units / 100),
});

describe('token accounts', () => {
  let world: World;
  let finalized: object;
  const NAMES = [
    'mint',
    'newMint',
    'owner',
    'delegate',
    'first',
    'second',
    'third',
    'extended',
    'fake',
    'blank',
    'nobody',
  ] as const;
  type Name = (typeof NAMES)[number];
  const at = Object.fromEntries(NAMES.map((name) => [name, ''])) as Record<Name, string>;
  const keyOf = (name: Name) => new PublicKey(at[name]);

  const place = (name: Name, owner: string, data: Uint8Array) =>
    world.place(at[name], { owner, data, lamports: RENT });
  const held = (name: Name, amount: bigint, edit: Partial<RawAccount> = {}): Buffer =>
    account({ mint: keyOf(name), owner: keyOf('owner'), amount, ...edit });

  beforeAll(async () => {
    world = await startWorld();
    const names = await Promise.all(NAMES.map(() => freshAddress()));
    NAMES.forEach((name, index) => {
      at[name] = names[index] ?? '';
    });
    await place('mint', TOKEN, mint());
    await place('newMint', TOKEN_2022, mint({ decimals: 2, supply: 7n }));
    await place('first', TOKEN, held('mint', 5n));
    const approved = { delegateOption: 1, delegate: keyOf('delegate'), delegatedAmount: 3n } as const;
    await place('second', TOKEN, held('mint', 30n, approved));
    await place('third', TOKEN, held('mint', 20n, { owner: keyOf('nobody') }));
    const extension = Buffer.concat([held('newMint', 7n), Buffer.of(2, 7, 0, 0, 0)]);
    await place('extended', TOKEN_2022, extension);
    await place('fake', PROGRAM, held('mint', 1n));
    await place('blank', TOKEN, Buffer.alloc(82));
    await world.finalize();
    finalized = await world.context();
  });
  afterAll(() => world.stop());

  const wrong = (what: string) => ({ code: -32602, message: `Invalid param: ${what}` });
  const amounts: [method: string, of: Name, units: number][] = [
    ['getTokenAccountBalance', 'first', 5],
    ['getTokenAccountBalance', 'extended', 7],
    ['getTokenSupply', 'mint', 1_000],
    ['getTokenSupply', 'newMint', 7],
  ];
  it.each(amounts)('%s of the %s', async (method, of, units) => {
    const expected = { context: finalized, value: amountOf(units) };
    expect(await world.result(method, [at[of]])).toEqual(expected);
    expect(await world.result(method, [at[of], { commitment: 'finalized' }])).toEqual(expected);
  });

  const errors: [method: string, params: () => unknown[], error: object][] = [
    ['getTokenAccountBalance', () => [at.nobody], wrong('could not find account')],
    ['getTokenAccountBalance', () => [at.fake], wrong('not a Token account')],
    ['getTokenAccountBalance', () => [at.mint], wrong('not a Token account')],
    ['getTokenAccountBalance', () => [at.blank], wrong('not a Token account')],
    ['getTokenSupply', () => [at.nobody], wrong('could not find account')],
    ['getTokenSupply', () => [at.fake], wrong('not a Token mint')],
    ['getTokenSupply', () => [at.first], wrong('mint could not be unpacked')],
    ['getTokenSupply', () => [at.blank], wrong('mint could not be unpacked')],
    ['getTokenLargestAccounts', () => [at.nobody], wrong('could not find mint')],
    ['getTokenLargestAccounts', () => [at.first], wrong('Token mint could not be unpacked')],
    ['getTokenAccountsByOwner', () => [at.owner, { mint: at.nobody }], wrong('could not find mint')],
    [
      'getTokenAccountsByOwner',
      () => [at.owner, { mint: at.first }],
      wrong('Token mint could not be unpacked'),
    ],
    [
      'getTokenAccountsByOwner',
      () => [at.owner, { programId: PROGRAM }],
      wrong('unrecognized Token program id'),
    ],
    ['getTokenAccountsByDelegate', () => [at.delegate, { mint: at.nobody }], wrong('could not find mint')],
    [
      'getTokenAccountsByDelegate',
      () => [at.delegate, { programId: PROGRAM }],
      wrong('unrecognized Token program id'),
    ],
  ];
  it.each(errors)('%s refuses what is none', async (method, params, error) => {
    expect(await world.error(method, params())).toEqual(error);
  });

  it('are listed by what they hold', async () => {
    expect(await world.result('getTokenLargestAccounts', [at.mint])).toEqual({
      context: finalized,
      value: [
        { address: at.second, ...amountOf(30) },
        { address: at.third, ...amountOf(20) },
        { address: at.first, ...amountOf(5) },
      ],
    });
    expect(await world.result('getTokenLargestAccounts', [at.newMint])).toEqual({
      context: finalized,
      value: [{ address: at.extended, ...amountOf(7) }],
    });
  });

  const lists: [method: string, params: () => unknown[], found: Name[]][] = [
    ['getTokenAccountsByOwner', () => [at.owner, { mint: at.mint }], ['first', 'second']],
    ['getTokenAccountsByOwner', () => [at.owner, { programId: TOKEN }], ['first', 'second']],
    ['getTokenAccountsByOwner', () => [at.owner, { mint: at.newMint }], ['extended']],
    ['getTokenAccountsByOwner', () => [at.owner, { programId: TOKEN_2022 }], ['extended']],
    ['getTokenAccountsByOwner', () => [at.owner, { mint: NATIVE }], []],
    ['getTokenAccountsByOwner', () => [at.delegate, { mint: at.mint }], []],
    ['getTokenAccountsByDelegate', () => [at.delegate, { mint: at.mint }], ['second']],
    ['getTokenAccountsByDelegate', () => [at.delegate, { programId: TOKEN }], ['second']],
    ['getTokenAccountsByDelegate', () => [at.delegate, { programId: TOKEN_2022 }], []],
    ['getTokenAccountsByDelegate', () => [at.owner, { mint: at.mint }], []],
  ];
  it.each(lists)('%s lists %#', async (method, params, found) => {
    const { context, value } = (await world.result(method, [...params(), { encoding: 'base64' }])) as {
      context: object;
      value: { account: object; pubkey: string }[];
    };
    expect(context).toEqual(finalized);
    expect(value.map(({ pubkey }) => pubkey)).toEqual(
      found.map((name) => at[name]).sort((a, b) => keyOrder(a, b)),
    );
    const raw = { executable: false, lamports: RENT, rentEpoch: NEVER, space: expect.any(Number) };
    for (const { account: shown } of value) {
      const data = [expect.any(String), 'base64'];
      expect(shown).toEqual({ ...raw, data, owner: expect.stringMatching(/^Token/) });
    }
  });

  it('are written as asked', async () => {
    const list = async (config: object) =>
      (
        (await world.result('getTokenAccountsByDelegate', [at.delegate, { mint: at.mint }, config])) as {
          value: { account: { data: unknown } }[];
        }
      ).value.map((entry) => entry.account.data);
    expect(await list({ encoding: 'base64', dataSlice: { offset: 64, length: 8 } })).toEqual([
      [Buffer.of(30, 0, 0, 0, 0, 0, 0, 0).toString('base64'), 'base64'],
    ]);
    expect(await list({ dataSlice: { offset: 32, length: 32 } })).toEqual([at.owner]);
    expect(await list({ encoding: 'jsonParsed' })).toEqual([
      {
        parsed: {
          info: {
            delegate: at.delegate,
            delegatedAmount: amountOf(3),
            isNative: false,
            mint: at.mint,
            owner: at.owner,
            state: 'initialized',
            tokenAmount: amountOf(30),
          },
          type: 'account',
        },
        program: 'spl-token',
        space: 165,
      },
    ]);
    expect(await world.error('getTokenAccountsByOwner', [at.owner, { mint: at.mint }])).toMatchObject({
      code: -32600,
    });
  });

  it('come at most twenty at once, those of one amount with the greater address first', async () => {
    const seeds = Array.from({ length: 22 }, (_, index) => index + 40);
    const other = key(200);
    await world.place(other.toBase58(), { owner: TOKEN, data: mint() });
    for (const seed of seeds) {
      const amount = seed === 50 ? 2n : 1n;
      await world.place(key(seed).toBase58(), { owner: TOKEN, data: account({ mint: other, amount }) });
    }
    const { value } = (await world.result('getTokenLargestAccounts', [
      other.toBase58(),
      { commitment: 'processed' },
    ])) as { value: { address: string }[] };
    const rest = seeds.filter((seed) => seed !== 50).reverse();
    expect(value.map(({ address }) => address)).toEqual(
      [50, ...rest.slice(0, 19)].map((seed) => key(seed).toBase58()),
    );
  });
});

const keyOrder = (a: string, b: string): number =>
  Buffer.compare(new PublicKey(a).toBuffer(), new PublicKey(b).toBuffer());
