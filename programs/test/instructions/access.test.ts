import type { Address, Instruction } from '@solana/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  metadataBytes,
  metadataOf,
  type NftMetadata,
  putMint,
  putTokenAccount,
} from '../support/accounts.js';
import { METADATA, SYSTEM } from '../support/addresses.js';
import { expectError, expectTokens, JOBS_ERRORS } from '../support/expectations.js';
import { createMarketplace, createNetwork, type Marketplace, type Network } from '../support/marketplace.js';
import { stopped } from '../support/situations.js';

let network: Network;
beforeAll(async () => {
  network = await createNetwork();
});

interface Guarded {
  readonly place: Marketplace;
  readonly collection: Address;
  readonly mint: Address;
  readonly metadata: Address;
  /** Gives the node the NFT, with this metadata. */
  grant(details?: { owner?: Address; amount?: bigint; metadata?: Uint8Array; at?: Address }): void;
  enter(metadata?: Address): Promise<Instruction>;
}

/** A market with an access key, and the instruction by which a node enters it. */
async function guarded(by: 'work' | 'claim'): Promise<Guarded> {
  const place = await createMarketplace(network);
  const job = by === 'claim' ? await stopped(place) : undefined;
  const [collection, mint, nft] = [
    network.addresses.next(),
    network.addresses.next(),
    network.addresses.next(),
  ];
  const metadata = await metadataOf(mint);
  place.succeed(place.build.update({ ...place.terms, accessKey: collection }));
  putMint(place.chain, mint, SYSTEM);
  return {
    place,
    collection,
    mint,
    metadata,
    grant({ owner = place.node.address, amount = 1n, metadata: bytes, at = metadata } = {}) {
      putTokenAccount(place.chain, nft, { owner, amount, mint });
      place.chain.putAccount(at, METADATA, bytes ?? describedBy({}, mint, collection));
    },
    enter(at = metadata) {
      const access = { nft, metadata: at };
      const run = network.addresses.signer();
      return job === undefined
        ? place.build.work(run, place.node, access)
        : place.build.claim(job, run, place.node, access);
    },
  };
}

const describedBy = (details: Partial<NftMetadata>, mint: Address, key: Address): Uint8Array =>
  metadataBytes({ mint, collection: { key, verified: true }, creators: 1, editions: true, ...details });

describe.each(['work', 'claim'] as const)('%s in a market with an access key', (by) => {
  it.each([
    ['with creators and editions', { creators: 3, editions: true }],
    ['with an empty list of creators', { creators: 0, editions: true }],
    ['without creators', { editions: true }],
    ['without editions', { creators: 2, editions: false }],
  ] as const)('lets in the owner of a verified NFT, metadata %s', async (_form, form) => {
    const { place, grant, enter, mint, collection } = await guarded(by);
    grant({ metadata: metadataBytes({ mint, collection: { key: collection, verified: true }, ...form }) });
    const instruction = await enter();
    expectTokens(place, {}, () => place.succeed(instruction));
  });

  it('an NFT of somebody else -> 6016 NodeNftWrongOwner', async () => {
    const { place, grant, enter } = await guarded(by);
    grant({ owner: place.stranger.address, amount: 0n });
    expectError(place.send(await enter()), JOBS_ERRORS.NodeNftWrongOwner, { account: 'nft' });
  });

  it('an account without an NFT -> 6017 NodeNftInvalidAmount', async () => {
    const { place, grant, enter } = await guarded(by);
    grant({ amount: 0n });
    expectError(place.send(await enter()), JOBS_ERRORS.NodeNftInvalidAmount, { account: 'nft' });
  });

  const refused = async (place: Marketplace, instruction: Instruction) => {
    const outcome = expectTokens(place, {}, () => place.send(instruction));
    expectError(outcome, JOBS_ERRORS.NodeKeyInvalidCollection, { account: 'metadata' });
  };

  it('good metadata at another address -> 6018 NodeKeyInvalidCollection', async () => {
    const { place, grant, enter } = await guarded(by);
    const elsewhere = network.addresses.next();
    grant({ at: elsewhere });
    await refused(place, await enter(elsewhere));
  });

  it('metadata of another NFT of the collection -> 6018', async () => {
    const { place, grant, enter, collection } = await guarded(by);
    const other = network.addresses.next();
    const at = await metadataOf(other);
    grant({ at, metadata: describedBy({}, other, collection) });
    await refused(place, await enter(at));
  });

  it.each(['not verified', 'another collection', 'no collection', 'no metadata at all'] as const)(
    '%s -> 6018',
    async (fault) => {
      const { place, grant, enter, mint, collection } = await guarded(by);
      const bytes = {
        'not verified': metadataBytes({ mint, collection: { key: collection, verified: false } }),
        'another collection': metadataBytes({ mint, collection: { key: mint, verified: true } }),
        'no collection': metadataBytes({ mint }),
        'no metadata at all': new Uint8Array(),
      }[fault];
      grant({ metadata: bytes });
      await refused(place, await enter());
    },
  );

  it('metadata cut off anywhere, or with impossible lengths -> 6018, never a fault', async () => {
    const { place, grant, enter, mint, collection } = await guarded(by);
    const whole = describedBy({}, mint, collection);
    const meaningful = whole.length - 1;
    const instruction = await enter();
    for (let length = 0; length < meaningful; length += 7) {
      grant({ metadata: whole.slice(0, length) });
      await refused(place, instruction);
    }
    for (const offset of [65, 101, 115]) {
      const bytes = whole.slice();
      bytes.set([0xff, 0xff, 0xff, 0xff], offset);
      grant({ metadata: bytes });
      await refused(place, instruction);
    }
  });
});

describe('a market open to all', () => {
  it('looks at neither owner nor amount of the token account, nor at any metadata', async () => {
    const place = await createMarketplace(network);
    const nft = network.addresses.next();
    putTokenAccount(place.chain, nft, { owner: place.stranger.address, amount: 0n });
    const run = network.addresses.signer();
    place.succeed(await place.build.work(run, place.node, { nft, metadata: network.addresses.next() }));
    expect(place.marketState().queue).toEqual([place.node.address]);
  });
});
