import { getAssignInstruction } from '@nosana/jobs-program';
import type { Address, Instruction } from '@solana/kit';
import { depositAccounts } from './deposit.js';
import { requireDigest } from './digest.js';
import type { ListInput } from './list.js';

export interface AssignInput extends ListInput {
  /** Must wait in the market's queue. */
  readonly node: Address;
}

/**
 * Lists a job for one node that waits in the market's queue.
 * Throws RangeError when the digest is not 32 bytes.
 */
export async function buildAssign(input: AssignInput): Promise<Instruction> {
  const { network, market, job, run, node, payer } = input;
  return getAssignInstruction(
    {
      ...(await depositAccounts(network, market, payer.address)),
      job,
      market,
      run,
      node,
      payer,
      authority: input.project ?? payer,
      ipfsJob: requireDigest('definitionDigest', input.definitionDigest),
      timeout: input.timeout,
    },
    { programAddress: network.jobsProgram },
  );
}
