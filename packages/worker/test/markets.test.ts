import {
  associatedTokenAddress,
  METADATA_PROGRAM,
  metadataAddress,
  TOKEN_PROGRAM,
} from '@inferscan/protocol';
import { createContentClient, createDiskStore, createStorageServer } from '@inferscan/storage';
import { type Address, generateKeyPairSigner, getAddressEncoder, none } from '@solana/kit';
import { AccountState, getTokenEncoder } from '@solana-program/token';
import { describe, expect, it } from 'vitest';

import { type TestNode, until } from './support/network.js';
import { PRICE, runningNodes } from './support/running-nodes.js';

const { network, start, stops } = await runningNodes();
const perHour = (price: bigint) => price * 3600n;

const isIn = (market: Address, node: TestNode) => async () =>
  (await network.waitingNodes(market)).includes(node.signer.address);

const both = () => [network.market, network.otherMarket];

describe('a node with several markets', () => {
  it('leaves one whose price falls below what it asks, and returns when it rises', async () => {
    const node = await network.createNode();
    await start(node, { markets: both(), minPerHour: perHour(PRICE) });
    await until('the node to wait in the first', isIn(network.market, node));
    await network.changeMarket(network.market, { price: PRICE - 1n });
    await until('the node to wait in the second', isIn(network.otherMarket, node));
    expect(await isIn(network.market, node)()).toBe(false);
    await network.changeMarket(network.market, { price: PRICE });
    await until('the node to be back in the first', isIn(network.market, node));
    expect(await isIn(network.otherMarket, node)()).toBe(false);
  });

  it('goes where jobs are when nothing moves, and stays until there are none', async () => {
    const [first, second] = [await network.createNode(), await network.createNode()];
    await start(first, {});
    await until('the one node to wait', isIn(network.market, first));
    await start(second, { markets: both(), patienceMs: 600 });
    await until('the other to have moved to the empty market', isIn(network.otherMarket, second));
    expect(await network.waitingNodes()).toEqual([first.signer.address]);
  });

  it('leaves the queue of a market that is not its own any more', async () => {
    const node = await network.createNode();
    const before = await start(node, {});
    await until('the node to wait', isIn(network.market, node));
    await before.die();
    await start(node, { markets: [network.otherMarket] });
    await until('the node to wait in its new market', isIn(network.otherMarket, node));
    expect(await isIn(network.market, node)()).toBe(false);
  });

  it('enters a market of NFT holders with an NFT of the right collection', async () => {
    const node = await network.createNode();
    const [collection, right, wrong] = await Promise.all(
      Array.from({ length: 3 }, async () => (await generateKeyPairSigner()).address),
    );
    if (!collection || !right || !wrong) throw new Error('three keys were made');
    await network.changeMarket(network.market, { price: PRICE, accessKey: collection });
    try {
      await giveNft(node.signer.address, wrong, right);
      await giveNft(node.signer.address, right, collection);
      await start(node, { accessNfts: [wrong, right] });
      await until('the program to let the node in', isIn(network.market, node));
    } finally {
      await network.changeMarket(network.market, { price: PRICE });
    }
  });
});

describe('a node whose pinning service is down', () => {
  it('does not queue, says so once, and queues when it is back', async () => {
    const store = createDiskStore(`${network.dir}/late-content`);
    const probe = await createStorageServer({ store });
    const { url } = probe;
    await probe.close();
    const content = createContentClient({ gateways: [url], pinningUrl: url, allowPrivate: true });
    const lines: string[] = [];
    const note = (_: unknown, message?: string) => void lines.push(message ?? '');
    const node = await network.createNode();
    await start(node, {
      content,
      pollMs: 100,
      log: { debug: note, info: note, warn: note, error: note } as never,
    });
    await until('the node to say it', () => lines.some((line) => /results cannot be pinned/.test(line)));
    expect(await network.waitingNodes()).toEqual([]);
    const storage = await createStorageServer({ store, port: Number(new URL(url).port) });
    stops.push(
      () => content.close(),
      () => storage.close(),
    );
    await until('the node to queue', isIn(network.market, node));
    expect(lines.filter((line) => /cannot be pinned/.test(line))).toHaveLength(1);
    expect(lines).toContain('the pinning service takes documents again');
  });
});

/** Puts an NFT of a collection into a wallet, as a mint with metadata leaves it. */
async function giveNft(owner: Address, mint: Address, collection: Address): Promise<void> {
  const holding = getTokenEncoder().encode({
    mint,
    owner,
    amount: 1n,
    delegate: none(),
    state: AccountState.Initialized,
    isNative: none(),
    delegatedAmount: 0n,
    closeAuthority: none(),
  });
  const key = (at: Address) => [...getAddressEncoder().encode(at)];
  const text = (value: string) => [value.length, 0, 0, 0, ...Buffer.from(value)];
  const creators = [1, 1, 0, 0, 0, ...key(owner), 1, 100];
  const metadata = [
    ...[4, ...key(owner), ...key(mint), ...text('Access'), ...text('ACC'), ...text('https://nft.example')],
    ...[0, 0, ...creators, 1, 1, 1, 254, 1, 0, 1, 1, ...key(collection)],
  ];
  const put = (at: Address, program: Address, data: Uint8Array) =>
    network.control('setAccount', [
      at,
      {
        data: [Buffer.from(data).toString('base64'), 'base64'],
        owner: program,
        lamports: 10_000_000,
        executable: false,
      },
    ]);
  await put(await associatedTokenAddress(owner, mint), TOKEN_PROGRAM, new Uint8Array(holding));
  await put(await metadataAddress(mint), METADATA_PROGRAM, Uint8Array.from(metadata));
}
