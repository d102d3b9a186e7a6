import { ClaimTarget } from '@nosana/kit';
import { generateKeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KitNet, type Party, startKitNet } from './support.js';

// The distributor is a program of its own that the localnet does not have. Clients that look for claims
// must find none, as on any chain without it.
describe('the merkle distributor by @nosana/kit', () => {
  let net: KitNet;
  let party: Party;

  beforeAll(async () => {
    net = await startKitNet();
    party = await net.party();
  });
  afterAll(() => net.stop());

  it('has nothing to give', async () => {
    const { merkleDistributor } = party.client;
    const { address: distributor } = await generateKeyPairSigner();
    expect(await merkleDistributor.all()).toEqual([]);
    expect(await merkleDistributor.allClaimStatus()).toEqual([]);
    expect(await merkleDistributor.getClaimStatusForDistributor(distributor)).toBeNull();
    const status = await merkleDistributor.getClaimStatusPda(distributor, party.address);
    expect(status).toBe(await merkleDistributor.getClaimStatusPda(distributor));
    await expect(merkleDistributor.getClaimStatus(status)).rejects.toThrow(/not found/);
    await expect(merkleDistributor.get(distributor)).rejects.toThrow(/not found/i);
    await expect(
      merkleDistributor.claim({
        distributor,
        amountUnlocked: 1,
        amountLocked: 0,
        proof: [],
        target: ClaimTarget.YES,
      }),
    ).rejects.toThrow(/not found/i);
    await expect(merkleDistributor.clawback({ distributor })).rejects.toThrow(/not found/i);
  });
});
