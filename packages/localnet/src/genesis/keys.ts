import { createHash } from 'node:crypto';
import { createKeyPairSignerFromPrivateKeyBytes, type KeyPairSigner } from '@solana/kit';

/**
 * Key pairs of the localnet come from published seeds, so that every localnet has the same addresses. Anyone can
 * sign with them: they are worth nothing outside of a localnet.
 */
function keyFromSeed(seed: string): Promise<KeyPairSigner> {
  return createKeyPairSignerFromPrivateKeyBytes(createHash('sha256').update(seed).digest());
}

/** Holds the SOL that the faucet gives away, and mints NOS. */
export const faucetKey = (): Promise<KeyPairSigner> => keyFromSeed('inferscan localnet faucet');

/** Opened the markets and may change their terms. */
export const marketAuthorityKey = (): Promise<KeyPairSigner> =>
  keyFromSeed('inferscan localnet market authority');

/** The account key of the market with this slug. */
export const marketKey = (slug: string): Promise<KeyPairSigner> =>
  keyFromSeed(`inferscan localnet market: ${slug}`);
