import { createNosanaClient, NosanaError, NosanaNetwork } from '@nosana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type KitNet, type Party, startKitNet } from './support.js';

const SOL = 1_000_000_000n;

describe('SOL and transactions by @nosana/kit', () => {
  let net: KitNet;
  let alice: Party;
  let bob: Party;

  beforeAll(async () => {
    net = await startKitNet();
    alice = await net.party();
    bob = await net.party({ nos: 5_000_000n });
  });
  afterAll(() => net.stop());

  const lamports = async (party: Party) => BigInt(await party.client.solana.getBalance());

  it('reads balances, and sends SOL', async () => {
    const before = await Promise.all([lamports(alice), lamports(bob)]);
    const signature = await alice.send(
      await alice.client.solana.transfer({ to: bob.address, amount: 3n * SOL }),
    );
    const fee = await net.feeOf(signature);
    // One signature, and the kit's least priority fee, as nobody else bids: 10,000 micro-lamports for 6,000 units.
    expect(fee).toBe(5_000n + 60n);
    expect(await lamports(alice)).toBe(before[0] - 3n * SOL - fee);
    expect(await lamports(bob)).toBe(before[1] + 3n * SOL);
    expect(await alice.client.solana.getBalance(bob.address)).toBe(Number(await lamports(bob)));
    const nobody = (await net.party({ nos: 1n })).client;
    nobody.wallet = undefined;
    await expect(nobody.solana.getBalance()).rejects.toMatchObject({ code: 'NO_WALLET' });
  });

  it('sends for another, who pays the fee as well', async () => {
    const { solana } = alice.client;
    const before = await Promise.all([lamports(alice), lamports(bob)]);
    const transfer = await solana.transfer({ to: alice.address, amount: 7, from: bob.key });
    solana.feePayer = bob.key;
    const signature = await alice.send(transfer);
    solana.feePayer = undefined;
    expect(await lamports(alice)).toBe(before[0] + 7n);
    expect(await lamports(bob)).toBe(before[1] - 7n - (await net.feeOf(signature)));
  });

  it('asks a simulation how many units it will need', async () => {
    const { solana } = bob.client;
    const instructions = await bob.client.nos.transfer({ to: alice.address, amount: 1n });
    const message = await solana.buildTransaction(instructions, { estimateComputeUnits: true });
    const signature = await solana.sendTransaction(await solana.signTransaction(message));
    const found = await solana.rpc
      .getTransaction(signature, {
        commitment: 'confirmed',
        encoding: 'json',
        maxSupportedTransactionVersion: 0,
      })
      .send();
    const consumed = found?.meta?.computeUnitsConsumed;
    // SetComputeUnitLimit, the last instruction: its number, then the limit.
    const limit = Buffer.from(Array.from(message.instructions.at(-1)?.data ?? [])).readUInt32LE(1);
    expect(consumed).toBeGreaterThan(1_000n);
    expect(BigInt(limit)).toBe(consumed);
    const built = await solana.buildTransaction(instructions);
    const estimated = await solana.estimateAndSetComputeUnitLimit(built);
    expect(estimated.instructions).toHaveLength(built.instructions.length + 1);
  });

  it('passes a transaction on to others who sign it', async () => {
    const before = await Promise.all([lamports(alice), lamports(bob)]);
    const { solana } = alice.client;
    const message = await solana.buildTransaction(
      await solana.transfer({ to: alice.address, amount: 5, from: bob.key }),
      { feePayer: alice.address },
    );
    // Bob signs what he pays, Alice the fee.
    const half = await bob.client.solana.partiallySignTransaction(message);
    const received = await solana.deserializeTransaction(bob.client.solana.serializeTransaction(half));
    const read = solana.decompileTransaction(received);
    expect(read.feePayer.address).toBe(alice.address);
    expect(read.instructions).toHaveLength(2);
    const whole = await solana.signTransactionWithSigners(received, [alice.key]);
    const signature = await solana.sendTransaction(whole, { commitment: 'finalized' });
    expect(await lamports(alice)).toBe(before[0] + 5n - (await net.feeOf(signature)));
    expect(await lamports(bob)).toBe(before[1] - 5n);
  });

  it('sends and confirms without the service around it', async () => {
    const { solana } = alice.client;
    const before = await lamports(bob);
    const message = await solana.buildTransaction(await solana.transfer({ to: bob.address, amount: 9 }));
    await solana.sendAndConfirmTransaction(await solana.signTransaction(message), {
      commitment: 'processed',
    });
    const { value } = await solana.rpc.getBalance(bob.address, { commitment: 'processed' }).send();
    expect(value).toBe(before + 9n);
  });

  it('is told what a transaction lacks', async () => {
    const { solana } = alice.client;
    const failure = (sending: Promise<unknown>) =>
      sending.then(
        () => undefined,
        (reason: unknown) => reason,
      );
    const tooMuch = await failure(alice.send(await solana.transfer({ to: bob.address, amount: 10n ** 15n })));
    expect(tooMuch).toBeInstanceOf(NosanaError);
    expect(tooMuch).toMatchObject({
      code: 'RPC_ERROR',
      details: {
        context: { logs: expect.arrayContaining([expect.stringContaining('insufficient lamports')]) },
        cause: { context: { code: 1, index: 1 } },
      },
    });
    const old = await solana.signTransaction(
      await solana.buildTransaction(await solana.transfer({ to: bob.address, amount: 1 })),
    );
    await net.control('step', 200);
    expect(await failure(solana.sendTransaction(old))).toMatchObject({
      details: { cause: { message: 'Blockhash not found' } },
    });
    const unsigned = { ...old, signatures: { ...old.signatures, [alice.address]: null } };
    await expect(solana.sendTransaction(unsigned as typeof old)).rejects.toThrow(/missing signatures/i);
  });

  it('finds the websockets by itself on the port of the RPC', async () => {
    const client = connect(net.url, net.contentUrl);
    expect(client.config.solana.wsEndpoint).toBeUndefined();
    client.wallet = alice.key;
    const before = await lamports(bob);
    await client.solana.buildSignAndSend(await client.solana.transfer({ to: bob.address, amount: 1 }));
    expect(await lamports(bob)).toBe(before + 1n);
    expect(createNosanaClient(NosanaNetwork.DEVNET).config.programs).toEqual(client.config.programs);
  });

  it('derives the addresses of the programs', async () => {
    const { solana, config } = alice.client;
    const { rewardsAddress, nosTokenAddress } = config.programs;
    const { value } = await solana.rpc
      .getMultipleAccounts([
        await solana.pda(['reflection'], rewardsAddress),
        await solana.pda([nosTokenAddress], rewardsAddress),
      ])
      .send();
    expect(value.every((account) => account !== null)).toBe(true);
  });
});
