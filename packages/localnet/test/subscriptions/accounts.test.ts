import { decompress } from '@bokuweb/zstd-wasm';
import { networkConfig } from '@inferscan/protocol';
import { generateKeyPairSigner } from '@solana/kit';
import {
  findAssociatedTokenPda,
  getBurnInstruction,
  getCloseAccountInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token';
import { describe, expect, it } from 'vitest';
import { post, until } from '../support.js';
import { createWallet } from '../wallet.js';
import { newAddress, setSubscriptionScene } from './scene.js';

const NOS = networkConfig('localnet').nosMint;
const SYSTEM_PROGRAM = '11111111111111111111111111111111';

interface Told {
  readonly context: { readonly slot: number };
  readonly value: { readonly lamports: number; readonly data: unknown };
}

describe('account subscriptions', () => {
  const scene = setSubscriptionScene();

  it('tell of a change at each commitment, once', async () => {
    const { socket, payer, pay } = scene;
    const to = await newAddress();
    const ids: number[] = [];
    for (const commitment of ['processed', 'confirmed', 'finalized']) {
      ids.push(await socket.subscribe('accountSubscribe', [to, { commitment, encoding: 'base64' }]));
    }
    const plain = await socket.subscribe('accountSubscribe', [to]);
    await payer.send([pay(to, 1_000_000n)]);
    const slots: number[] = [];
    for (const id of [...ids, plain]) {
      const [result] = (await socket.wait(id)) as Told[];
      expect(result?.value).toMatchObject({ lamports: 1_000_000, space: 0 });
      slots.push(result?.context.slot ?? -1);
    }
    // It is one change, in one slot.
    expect(new Set(slots).size).toBe(1);
    // Without a commitment it is finalized: by now there would have been time for a second notification of any.
    expect([...ids, plain].map((id) => socket.results(id).length)).toEqual([1, 1, 1, 1]);
  });

  it('write the data in the encoding asked for, and as base58 text without one', async () => {
    const { socket, payer, test } = scene;
    const { address: owner } = await generateKeyPairSigner();
    const seeds = { owner, mint: NOS, tokenProgram: TOKEN_PROGRAM_ADDRESS };
    const [account] = await findAssociatedTokenPda(seeds);
    const encodings = ['base58', 'base64', 'base64+zstd', 'jsonParsed', undefined];
    const ids: number[] = [];
    for (const encoding of encodings) {
      const config = { commitment: 'confirmed', ...(encoding === undefined ? {} : { encoding }) };
      ids.push(await socket.subscribe('accountSubscribe', [account, config]));
    }
    await post(`${test.net.url}/faucet`, JSON.stringify({ address: owner, nos: '7' }));
    await payer.send([scene.pay(payer.key.address, 1n)]);
    const [short, base64, zstd, parsed, binary] = await Promise.all(
      ids.map(async (id) => ((await socket.wait(id)) as Told[])[0]?.value.data),
    );
    const tooLong = 'error: data too large for bs58 encoding';
    expect(short).toEqual([tooLong, 'base58']);
    expect(binary).toBe(tooLong);
    expect(base64).toEqual([expect.any(String), 'base64']);
    expect(parsed).toMatchObject({ program: 'spl-token', parsed: { info: { owner, mint: NOS } } });
    const [text = ''] = base64 as string[];
    const [packed = ''] = zstd as string[];
    expect(Buffer.from(decompress(Buffer.from(packed, 'base64'))).toString('base64')).toBe(text);
  });

  it('send the whole data, as a validator does that is asked for a slice', async () => {
    const { socket, payer, test } = scene;
    const config = { commitment: 'confirmed', encoding: 'base64', dataSlice: { offset: 0, length: 4 } };
    const program = [TOKEN_PROGRAM_ADDRESS, config];
    const id = await socket.subscribe('programSubscribe', program);
    const { address: owner } = await generateKeyPairSigner();
    await post(`${test.net.url}/faucet`, JSON.stringify({ address: owner, nos: '7' }));
    await payer.send([scene.pay(payer.key.address, 1n)]);
    const told = (await socket.wait(id)) as { value: { account: { data: [string] } } }[];
    const lengths = told.map(({ value }) => Buffer.from(value.account.data[0], 'base64').length);
    expect(lengths).toContain(165);
  });

  it('tell that an account is gone', async () => {
    const { socket, test, payer } = scene;
    const owner = createWallet(test, await generateKeyPairSigner());
    const funds = { address: owner.key.address, lamports: '1000000000', nos: '7' };
    await post(`${test.net.url}/faucet`, JSON.stringify(funds));
    const seeds = { owner: owner.key.address, mint: NOS, tokenProgram: TOKEN_PROGRAM_ADDRESS };
    const [account] = await findAssociatedTokenPda(seeds);
    const id = await socket.subscribe('accountSubscribe', [
      account,
      { commitment: 'confirmed', encoding: 'jsonParsed' },
    ]);
    const own = await socket.subscribe('programSubscribe', [
      TOKEN_PROGRAM_ADDRESS,
      {
        commitment: 'confirmed',
        encoding: 'base64',
        filters: [{ memcmp: { offset: 32, bytes: owner.key.address } }],
      },
    ]);
    await payer.send([scene.pay(payer.key.address, 1n)]);
    const burn = getBurnInstruction({ account, mint: NOS, authority: owner.key, amount: 7n });
    const close = getCloseAccountInstruction({ account, destination: owner.key.address, owner: owner.key });
    await owner.send([burn, close], { preflightCommitment: 'confirmed' });
    const told = await until('the end of the account', async () => {
      const results = socket.results(id) as Told[];
      return results.find(({ value }) => value.lamports === 0);
    });
    expect(told).toMatchObject({
      value: {
        lamports: 0,
        owner: SYSTEM_PROGRAM,
        data: ['', 'base64'],
        executable: false,
        rentEpoch: 0,
        space: 0,
      },
    });
    // It is no account of the program any more: what was told of it there is that it had been opened, if anything.
    for (const result of socket.results(own))
      expect(result).toMatchObject({ value: { account: { space: 165 } } });
  });
});
