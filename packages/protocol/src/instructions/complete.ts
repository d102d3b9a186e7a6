import { getCompleteInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';
import { requireDigest } from './digest.js';

export interface CompleteInput {
  readonly network: NetworkConfig;
  readonly job: Address;
  readonly node: TransactionSigner;
  /** sha2-256 digest of the result's CID; the program refuses zeros. */
  readonly resultDigest: Uint8Array;
}

/**
 * Adds the result of a job that its poster ended.
 * Throws RangeError when the digest is not 32 bytes.
 */
export async function buildComplete(input: CompleteInput): Promise<Instruction> {
  const ipfsResult = requireDigest('resultDigest', input.resultDigest);
  return getCompleteInstruction(
    { job: input.job, authority: input.node, ipfsResult },
    { programAddress: input.network.jobsProgram },
  );
}
