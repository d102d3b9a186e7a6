import { getTransferInstruction } from '@solana-program/token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KitNet, openMarket, type Party, startKitNet } from './support.js';

describe('NOS by @nosana/kit', () => {
  let net: KitNet;
  let alice: Party;
  let bob: Party;

  beforeAll(async () => {
    net = await startKitNet();
    alice = await net.party({ nos: 12_345_678n });
    bob = await net.party();
  });
  afterAll(() => net.stop());

  it('reads a balance in NOS, and nothing where there is no account', async () => {
    const { nos } = alice.client;
    expect(await nos.getBalance()).toBe(12.345678);
    expect(await nos.getTokenAccountForAddress(alice.address)).toEqual({
      pubkey: await nos.getATA(alice.address),
      owner: alice.address,
      mint: alice.client.config.programs.nosTokenAddress,
      amount: 12_345_678n,
      decimals: 6,
      uiAmount: 12.345678,
    });
    expect(await nos.getBalance(bob.address)).toBe(0);
    expect(await nos.getTokenAccountForAddress(String(bob.address))).toBeNull();
    const { wallet } = bob.client;
    bob.client.wallet = undefined;
    await expect(bob.client.nos.getBalance()).rejects.toMatchObject({ code: 'NO_WALLET' });
    bob.client.wallet = wallet;
  });

  it('opens the account of whom it sends to, once', async () => {
    const { nos, solana } = alice.client;
    const first = await nos.transfer({ to: bob.address, amount: 1_000_001 });
    expect(first).toHaveLength(2);
    await alice.send(first);
    expect(await net.nosOf(bob.address)).toBe(1_000_001n);
    expect(await net.nosOf(alice.address)).toBe(11_345_677n);
    const second = await nos.transfer({ to: String(alice.address), amount: 1n, from: bob.key });
    expect(second).toHaveLength(1);
    // The kit marks the sender as a signer only by making it the fee payer.
    await alice.client.solana.buildSignAndSend(second, { feePayer: bob.key });
    expect(await net.nosOf(bob.address)).toBe(1_000_000n);
    expect(await bob.client.nos.getBalance()).toBe(1);

    const mint = alice.client.config.programs.nosTokenAddress;
    const [known, carol] = [await nos.getATA(bob.address), await net.party()];
    expect(await solana.getCreateATAInstructionIfNeeded(known, mint, bob.address)).toBeNull();
    const fresh = await nos.getATA(carol.address);
    const create = await solana.getCreateATAInstructionIfNeeded(fresh, mint, carol.address);
    if (create === null) throw new Error('an account that does not exist is to be created');
    await alice.send(create);
    expect(await net.nosOf(carol.address)).toBe(0n);
  });

  it('cannot be sent by whom does not have them', async () => {
    const before = await net.nosOf(bob.address);
    const transfer = await bob.client.nos.transfer({ to: alice.address, amount: before + 1n });
    expect(await bob.refusal(transfer)).toMatchObject({
      code: 1,
      program: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
    });
    const { nos } = bob.client;
    const theft = getTransferInstruction({
      source: await nos.getATA(alice.address),
      destination: await nos.getATA(bob.address),
      authority: bob.key,
      amount: 1n,
    });
    // The token program's error 4: the owner does not match.
    expect(await bob.refusal(theft)).toMatchObject({ code: 4 });
    expect(await net.nosOf(bob.address)).toBe(before);
  });

  it('lists who holds them, with and without the empty and the programs’ accounts', async () => {
    const { nos } = alice.client;
    const empty = await net.party({ nos: 1n });
    await empty.send(await empty.client.nos.transfer({ to: alice.address, amount: 1n }));
    const market = await openMarket(alice, { jobPrice: 1 });
    const owners = (list: Awaited<ReturnType<typeof nos.getAllTokenHolders>>) =>
      list.map(({ owner }) => owner);

    const holders = await nos.getAllTokenHolders();
    expect(owners(holders)).toEqual(expect.arrayContaining([alice.address, bob.address]));
    expect(owners(holders)).not.toContain(empty.address);
    for (const holder of holders) expect(holder.amount).toBe(await net.tokensAt(holder.pubkey));
    const all = await nos.getAllTokenHolders({ includeZeroBalance: true });
    expect(all.length).toBeGreaterThan(holders.length);
    // A vault is its own owner.
    expect(owners(all)).toEqual(expect.arrayContaining([empty.address, market.vault]));
    const people = await nos.getAllTokenHolders({ includeZeroBalance: true, excludePdaAccounts: true });
    expect(owners(people)).toContain(empty.address);
    expect(owners(people)).not.toContain(market.vault);
  });
});
