import { associatedTokenAddress, networkConfig } from '@inferscan/protocol';
import type { Address } from '@solana/kit';
import { TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import bs58 from 'bs58';
import { describe, expect, it } from 'vitest';
import { post } from '../support.js';
import { newAddress, setSubscriptionScene } from './scene.js';

const NOS = networkConfig('localnet').nosMint;
const OWNER_OFFSET = 32;
const MINT_BYTES = 82;

interface Told {
  readonly context: { readonly slot: number };
  readonly value: { readonly pubkey: string; readonly account: { readonly data: unknown } };
}

describe('program subscriptions', () => {
  const scene = setSubscriptionScene();

  /** Gives 7 base units of NOS to an owner; the account for them is opened where it is missing. */
  const give = async (owner: Address): Promise<void> => {
    await post(`${scene.test.net.url}/faucet`, JSON.stringify({ address: owner, nos: '7' }));
  };
  const accountsOf = (owner: Address) => ({ memcmp: { offset: OWNER_OFFSET, bytes: owner } });
  const subscribe = (config: object): Promise<number> =>
    scene.socket.subscribe('programSubscribe', [TOKEN_PROGRAM_ADDRESS, config]);
  const told = (id: number): string[] =>
    (scene.socket.results(id) as Told[]).map(({ value }) => value.pubkey);

  it('tell of each account at each commitment', async () => {
    const owner = await newAddress();
    const ids: number[] = [];
    for (const commitment of ['processed', 'confirmed', 'finalized']) {
      ids.push(await subscribe({ commitment, encoding: 'base64', filters: [accountsOf(owner)] }));
    }
    await give(owner);
    const account = await associatedTokenAddress(owner, NOS);
    const slots: number[] = [];
    for (const id of ids) {
      const [result] = (await scene.socket.wait(id)) as Told[];
      expect(result?.value.pubkey).toBe(account);
      slots.push(result?.context.slot ?? -1);
    }
    expect(new Set(slots).size).toBe(1);
  });

  it('tell of those that pass all filters', async () => {
    const owner = await newAddress();
    const account = await associatedTokenAddress(owner, NOS);
    const bytes = bs58.decode(owner);
    const base64 = Buffer.from(bytes.subarray(0, 16)).toString('base64');
    const view = { commitment: 'confirmed', encoding: 'base64' };
    const { memcmp } = accountsOf(owner);
    const passing = [
      await subscribe({ ...view, filters: [{ memcmp }] }),
      await subscribe({ ...view, filters: [{ memcmp }, { dataSize: 165 }, { tokenAccountState: null }] }),
      await subscribe({
        ...view,
        filters: [{ memcmp: { offset: OWNER_OFFSET, bytes: base64, encoding: 'base64' } }],
      }),
      await subscribe({ ...view, filters: [{ memcmp: { offset: OWNER_OFFSET, bytes: [...bytes] } }] }),
    ];
    const failing = [
      await subscribe({ ...view, filters: [{ memcmp }, { dataSize: MINT_BYTES }] }),
      await subscribe({ ...view, filters: [{ memcmp: { offset: OWNER_OFFSET + 1, bytes: owner } }] }),
      await subscribe({ ...view, filters: [{ memcmp: { offset: 160, bytes: owner } }] }),
    ];
    await give(await newAddress());
    await give(owner);
    await give(await newAddress());
    for (const id of passing)
      expect(((await scene.socket.wait(id)) as Told[])[0]?.value.pubkey).toBe(account);
    expect(passing.map(told)).toEqual(passing.map(() => [account]));
    expect(failing.map(told)).toEqual([[], [], []]);
  });

  it('write the data as asked', async () => {
    const owner = await newAddress();
    const filters = [accountsOf(owner)];
    const [plain, base64, zstd, parsed] = [
      await subscribe({ commitment: 'confirmed', filters }),
      await subscribe({ commitment: 'confirmed', filters, encoding: 'base64' }),
      await subscribe({ commitment: 'confirmed', filters, encoding: 'base64+zstd' }),
      await subscribe({ commitment: 'confirmed', filters, encoding: 'jsonParsed' }),
    ];
    await give(owner);
    const data = async (id: number): Promise<unknown> =>
      ((await scene.socket.wait(id)) as Told[])[0]?.value.account.data;
    expect(await data(plain)).toBe('error: data too large for bs58 encoding');
    expect(await data(base64)).toEqual([expect.any(String), 'base64']);
    expect(await data(zstd)).toEqual([expect.any(String), 'base64+zstd']);
    expect(await data(parsed)).toMatchObject({
      parsed: { type: 'account', info: { owner, mint: NOS, tokenAmount: { amount: '7', decimals: 6 } } },
    });
  });

  it('refuse filters that they cannot take', async () => {
    const refusal = async (filters: unknown): Promise<number | undefined> =>
      (await scene.socket.call('programSubscribe', [TOKEN_PROGRAM_ADDRESS, { filters }])).error?.code;
    expect(await refusal(Array(5).fill({ dataSize: 1 }))).toBe(-32602);
    expect(await refusal([{ memcmp: { offset: 0, bytes: '0OIl' } }])).toBe(-32602);
    expect(await refusal([{ memcmp: { offset: -1, bytes: '1' } }])).toBe(-32602);
    expect(await refusal([{ nothing: 1 }])).toBe(-32602);
  });
});
