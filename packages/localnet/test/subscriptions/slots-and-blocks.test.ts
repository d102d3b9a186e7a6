import { describe, expect, it } from 'vitest';
import { newAddress, setSubscriptionScene } from './scene.js';

interface SlotTold {
  readonly slot: number;
  readonly parent: number;
  readonly root: number;
}

interface BlockTold {
  readonly context: { readonly slot: number };
  readonly value: { readonly slot: number; readonly err: unknown; readonly block: { blockhash: string } };
}

const WHOLE = { commitment: 'confirmed', maxSupportedTransactionVersion: 0 };

describe('slot and root subscriptions', () => {
  const scene = setSubscriptionScene();

  it('count up', async () => {
    const { socket } = scene;
    const slots = await socket.subscribe('slotSubscribe');
    const roots = await socket.subscribe('rootSubscribe');
    const told = (await socket.wait(slots, 3)) as SlotTold[];
    for (const [index, { slot, parent, root }] of told.entries()) {
      expect(slot).toBe((told[0]?.slot ?? -1) + index);
      expect(parent).toBe(slot - 1);
      expect(root).toBeLessThan(parent);
    }
    const [first = -1, ...later] = (await socket.wait(roots, 3)) as number[];
    expect(later.slice(0, 2)).toEqual([first + 1, first + 2]);
  });

  it('tell the steps of a slot', async () => {
    const { socket, payer, pay } = scene;
    const updates = await socket.subscribe('slotsUpdatesSubscribe');
    await payer.send([pay(payer.key.address, 1n)]);
    await payer.send([pay(await newAddress(), 10n ** 15n)], { skipPreflight: true });
    const { result: slot } = await scene.test.rpc('getSlot', [{ commitment: 'processed' }]);
    const next = await scene.socket.subscribe('rootSubscribe');
    await socket.wait(next, 40);
    const told = socket.results(updates) as { slot: number; type: string; stats?: object }[];
    const steps = told.filter((update) => update.slot === Number(slot) + 1).map(({ type }) => type);
    expect(steps).toEqual([
      'firstShredReceived',
      'createdBank',
      'completed',
      'frozen',
      'optimisticConfirmation',
      'root',
    ]);
    const stats = told.flatMap(({ stats }) => stats ?? []);
    expect(stats).toContainEqual({
      numTransactionEntries: 1,
      numSuccessfulTransactions: 1,
      numFailedTransactions: 0,
      maxTransactionsPerEntry: 1,
    });
    expect(stats).toContainEqual({
      numTransactionEntries: 1,
      numSuccessfulTransactions: 0,
      numFailedTransactions: 1,
      maxTransactionsPerEntry: 1,
    });
  });
});

describe('block subscriptions', () => {
  const scene = setSubscriptionScene();

  it('tell of blocks that mention an address, in the words of getBlock', async () => {
    const { socket, payer, pay, test } = scene;
    const to = await newAddress();
    const config = { ...WHOLE, encoding: 'jsonParsed', showRewards: true };
    const id = await socket.subscribe('blockSubscribe', [{ mentionsAccountOrProgram: to }, config]);
    const final = await socket.subscribe('blockSubscribe', [
      { mentionsAccountOrProgram: to },
      { ...config, commitment: 'finalized' },
    ]);
    const signature = await payer.send([pay(to, 1_000_000n)]);
    const [told] = (await socket.wait(id)) as BlockTold[];
    expect(told?.value).toMatchObject({
      err: null,
      block: {
        transactions: [{ transaction: { signatures: [signature] }, meta: { err: null }, version: 0 }],
      },
    });
    const { result: block } = await test.rpc('getBlock', [
      told?.value.slot,
      { ...WHOLE, encoding: 'jsonParsed' },
    ]);
    expect(told?.value.block).toEqual(block);
    expect(await socket.wait(final)).toEqual([told]);
  });

  it('tell of all blocks, with what was asked for', async () => {
    const { socket, payer, pay } = scene;
    const bare = await socket.subscribe('blockSubscribe', ['all', { ...WHOLE, transactionDetails: 'none' }]);
    const signed = await socket.subscribe('blockSubscribe', [
      'all',
      { ...WHOLE, transactionDetails: 'signatures', showRewards: true },
    ]);
    const [first, second] = (await socket.wait(bare, 2)) as BlockTold[];
    expect(second?.value.block).toMatchObject({ previousBlockhash: first?.value.block.blockhash });
    expect(second?.value.block).not.toHaveProperty('transactions');
    // Rewards come only when they are asked for.
    expect(second?.value.block).not.toHaveProperty('rewards');
    const signature = await payer.send([pay(payer.key.address, 1n)]);
    const blocks = (await socket.wait(signed, 1)) as BlockTold[];
    expect(blocks[0]?.value.block).toMatchObject({ rewards: [] });
    const signatures = (socket.results(signed) as { value: { block: { signatures: string[] } } }[]).flatMap(
      ({ value }) => value.block.signatures,
    );
    expect(signatures).toContain(signature);
  });

  it('say that a block is too new for a client that knows no versions', async () => {
    const { socket, payer, pay } = scene;
    const to = await newAddress();
    const filter = { mentionsAccountOrProgram: to };
    const id = await socket.subscribe('blockSubscribe', [filter, { commitment: 'confirmed' }]);
    await payer.send([pay(to, 1_000_000n)]);
    expect(await socket.wait(id)).toMatchObject([
      { value: { block: null, err: { UnsupportedTransactionVersion: 0 } } },
    ]);
  });

  it('begin at confirmed', async () => {
    const { error } = await scene.socket.call('blockSubscribe', ['all', { commitment: 'processed' }]);
    expect(error?.code).toBe(-32602);
  });
});
