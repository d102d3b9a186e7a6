import {
  type Address,
  address,
  createNoopSigner,
  getAddressDecoder,
  type TransactionSigner,
} from '@solana/kit';
import {
  JOBS_PROGRAM_ID,
  NODES_PROGRAM_ID,
  NOS_MINT,
  REWARDS_PROGRAM_ID,
  STAKING_PROGRAM_ID,
} from '../../src/index.js';

export const JOBS = address(JOBS_PROGRAM_ID);
export const NODES = address(NODES_PROGRAM_ID);
export const MINT = address(NOS_MINT);
export const STAKING = address(STAKING_PROGRAM_ID);
export const REWARDS = address(REWARDS_PROGRAM_ID);
export const METADATA = address('metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s');
export const SYSTEM = address('11111111111111111111111111111111');
export const TOKEN = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
export const ASSOCIATED_TOKEN = address('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');
export const RENT = address('SysvarRent111111111111111111111111111111111');

export interface AddressSource {
  /** An address that this source has not given before. */
  next(): Address;
  /** A signer whose signatures nobody checks: the runtime still knows who had to sign. */
  signer(): TransactionSigner;
}

/** Distinct addresses in a fixed order, so that a failing test can be repeated. */
export function createAddressSource(): AddressSource {
  let counter = 0;
  const decoder = getAddressDecoder();
  const next = (): Address => {
    counter += 1;
    const bytes = Buffer.alloc(32, 7);
    bytes.writeUInt32BE(counter);
    return decoder.decode(bytes);
  };
  return { next, signer: () => createNoopSigner(next()) };
}
