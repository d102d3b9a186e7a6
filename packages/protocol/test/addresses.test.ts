import { createHash } from 'node:crypto';
import {
  type Address,
  getAddressDecoder,
  getAddressEncoder,
  getBase58Decoder,
  isAddress,
  isOffCurveAddress,
} from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  associatedTokenAddress,
  marketVault,
  metadataAddress,
  nodeAccountAddress,
  rewardsReflectionAddress,
  rewardsVaultAddress,
  stakeAddress,
} from '../src/addresses/derive.js';
import { isAssociatedTokenAccount, isDerived } from '../src/addresses/derived.js';
import { ASSOCIATED_TOKEN_PROGRAM, METADATA_PROGRAM, TOKEN_PROGRAM } from '../src/addresses/programs.js';
import { isAddressText } from '../src/addresses/text.js';
import { networkConfig } from '../src/network/config.js';
import { addr } from './support/addresses.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('isAddressText', () => {
  it('accepts the base58 of every 32 bytes', () => {
    fc.assert(
      fc.property(bytes(32), fc.nat({ max: 32 }), (key, zeros) => {
        key.fill(0, 0, zeros);
        expect(isAddressText(getAddressDecoder().decode(key))).toBe(true);
      }),
    );
  });

  it('agrees with the decoding check on other lengths and texts', () => {
    const encoded = fc
      .uint8Array({ minLength: 20, maxLength: 40 })
      .map((key) => getBase58Decoder().decode(key));
    const text = fc.string({
      unit: fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0OIl '),
      minLength: 30,
      maxLength: 46,
    });
    const padded = fc.tuple(fc.nat({ max: 44 }), text).map(([ones, rest]) => '1'.repeat(ones) + rest);
    fc.assert(
      fc.property(fc.oneof(encoded, text, padded), (candidate) => {
        expect(isAddressText(candidate)).toBe(isAddress(candidate));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['all zeros', '1'.repeat(32), true],
    ['33 zeros', '1'.repeat(33), false],
    ['the greatest key', 'JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG', true],
    ['one more', 'JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFH', false],
  ])('knows %s', (_, text, expected) => {
    expect(isAddressText(text)).toBe(expected);
  });
});

describe('derived addresses', () => {
  const encode = (key: Address) => Buffer.from(getAddressEncoder().encode(key));
  /** The definition of program addresses: the first bump from 255 down whose hash is no point of the curve. */
  function defined(program: Address, seeds: readonly (Address | { text: string })[]): Address {
    for (let bump = 255; bump >= 0; bump -= 1) {
      const hash = createHash('sha256');
      for (const seed of seeds) hash.update(typeof seed === 'string' ? encode(seed) : seed.text);
      hash
        .update(Buffer.from([bump]))
        .update(encode(program))
        .update('ProgramDerivedAddress');
      const candidate = getAddressDecoder().decode(new Uint8Array(hash.digest()));
      if (isOffCurveAddress(candidate)) return candidate;
    }
    throw new Error('no bump');
  }
  const owner = addr('owner');
  const market = addr('market');

  it.each(['mainnet', 'devnet'] as const)('follow their definitions on %s', async (cluster) => {
    const network = networkConfig(cluster);
    const { jobsProgram, stakingProgram, nodesProgram, rewardsProgram, nosMint } = network;
    expect(await marketVault(network, market)).toBe(defined(jobsProgram, [market, nosMint]));
    expect(await stakeAddress(network, owner)).toBe(
      defined(stakingProgram, [{ text: 'stake' }, nosMint, owner]),
    );
    expect(await nodeAccountAddress(network, owner)).toBe(defined(nodesProgram, [{ text: 'node' }, owner]));
    expect(await rewardsReflectionAddress(network)).toBe(defined(rewardsProgram, [{ text: 'reflection' }]));
    expect(await rewardsVaultAddress(network)).toBe(defined(rewardsProgram, [nosMint]));
    expect(await associatedTokenAddress(owner, nosMint)).toBe(
      defined(ASSOCIATED_TOKEN_PROGRAM, [owner, TOKEN_PROGRAM, nosMint]),
    );
    expect(await metadataAddress(nosMint)).toBe(
      defined(METADATA_PROGRAM, [{ text: 'metadata' }, METADATA_PROGRAM, nosMint]),
    );
  });
});

describe('derived addresses, without waiting', () => {
  it('knows vaults and token accounts from any other address', async () => {
    const network = networkConfig('mainnet');
    for (let count = 0; count < 20; count += 1) {
      const [market, owner] = [addr(`market ${count}`), addr(`owner ${count}`)];
      const vault = await marketVault(network, market);
      const tokens = await associatedTokenAddress(owner, network.nosMint);
      const isVault = (candidate: Address) =>
        isDerived(candidate, network.jobsProgram, [market, network.nosMint]);
      expect([isVault(vault), isVault(tokens), isVault(market)]).toEqual([true, false, false]);
      expect(isAssociatedTokenAccount(tokens, owner, network.nosMint)).toBe(true);
      expect(isAssociatedTokenAccount(tokens, market, network.nosMint)).toBe(false);
    }
  });

  it('takes text for a seed', async () => {
    const network = networkConfig('mainnet');
    const stake = await stakeAddress(network, addr('owner'));
    const seeds = [{ text: 'stake' }, network.nosMint, addr('owner')];
    expect(isDerived(stake, network.stakingProgram, seeds)).toBe(true);
    expect(isDerived(stake, network.stakingProgram, seeds.slice(1))).toBe(false);
  });
});
