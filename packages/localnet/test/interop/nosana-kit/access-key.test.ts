import { type Address, generateKeyPairSigner, getAddressEncoder } from '@solana/kit';
import { getCreateAccountInstruction } from '@solana-program/system';
import {
  findAssociatedTokenPda,
  getCreateAssociatedTokenIdempotentInstruction,
  getInitializeMint2Instruction,
  getMintSize,
  getMintToInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KitNet, openMarket, type Party, startKitNet } from './support.js';

const METADATA_PROGRAM = 'metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s' as Address;

/** A Metaplex metadata account of one NFT in a verified collection. */
function metadataOf(mint: Address, collection: Address): Uint8Array {
  const key = (address: Address) => Uint8Array.from(getAddressEncoder().encode(address));
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  return Buffer.concat([
    Buffer.from([4]),
    key(collection),
    key(mint),
    text('Access'),
    text('KEY'),
    text('https://example.org/access.json'),
    // No royalty, no creators; sold once: no, mutable: yes; no edition, no standard; a collection, verified.
    Buffer.from([0, 0, 0, 0, 1, 0, 0, 1, 1]),
    key(collection),
  ]);
}

describe('markets with an access key by @nosana/kit', () => {
  let net: KitNet;
  let owner: Party;
  let node: Party;
  let collection: Address;

  beforeAll(async () => {
    net = await startKitNet();
    owner = await net.party();
    node = await net.party({ nos: 5n, stake: { amount: 1n, days: 14 } });
    collection = (await generateKeyPairSigner()).address;
  });
  afterAll(() => net.stop());

  /** An NFT in the node's hands. The metadata program is not on the localnet, so its account is put there. */
  const createNft = async (ofCollection: Address): Promise<Address> => {
    const mint = await generateKeyPairSigner();
    const [token] = await findAssociatedTokenPda({
      mint: mint.address,
      owner: node.address,
      tokenProgram: TOKEN_PROGRAM_ADDRESS,
    });
    const { solana } = node.client;
    const space = BigInt(getMintSize());
    await node.send([
      getCreateAccountInstruction({
        payer: node.key,
        newAccount: mint,
        lamports: await solana.rpc.getMinimumBalanceForRentExemption(space).send(),
        space,
        programAddress: TOKEN_PROGRAM_ADDRESS,
      }),
      getInitializeMint2Instruction({ mint: mint.address, decimals: 0, mintAuthority: node.address }),
      getCreateAssociatedTokenIdempotentInstruction({
        payer: node.key,
        owner: node.address,
        mint: mint.address,
        ata: token,
      }),
      getMintToInstruction({ mint: mint.address, token, mintAuthority: node.key, amount: 1n }),
    ]);
    const metadata = await solana.pda(['metadata', METADATA_PROGRAM, mint.address], METADATA_PROGRAM);
    const data = Buffer.from(metadataOf(mint.address, ofCollection)).toString('base64');
    const account = { lamports: 10_000_000, owner: METADATA_PROGRAM, data: [data, 'base64'] };
    await net.control('setAccount', metadata, account);
    // Preflights of the kit look at what is confirmed.
    await net.control('step');
    return mint.address;
  };

  it('let in who holds an NFT of the collection', async () => {
    const { address: market } = await openMarket(owner, { nodeAccessKey: collection });
    const nft = await createNft(collection);
    await node.send(await node.client.jobs.work({ market, nft }));
    expect((await node.client.jobs.market(market)).queue).toEqual([node.address]);
  });

  it('keep out who holds none, or one of another collection', async () => {
    const { address: market } = await openMarket(owner, { nodeAccessKey: collection });
    const refusal = async (nft?: Address) =>
      node.refusal(await node.client.jobs.work({ market, ...(nft === undefined ? {} : { nft }) }));
    expect(await refusal()).toMatchObject({ code: 6018, name: 'NodeKeyInvalidCollection' });
    expect(await refusal(await createNft(owner.address))).toMatchObject({
      code: 6018,
      name: 'NodeKeyInvalidCollection',
    });
    expect((await node.client.jobs.market(market)).queue).toEqual([]);
  });
});
