import { getClaimInstruction } from '@nosana/jobs-program';
import type { Address, Instruction } from '@solana/kit';
import { accessAccounts } from './access.js';
import type { WorkInput } from './work.js';

export interface ClaimInput extends WorkInput {
  /** A stopped job of the market. */
  readonly job: Address;
}

/** Takes over a job that another node quit. */
export async function buildClaim(input: ClaimInput): Promise<Instruction> {
  const { network, market, node, run, job } = input;
  return getClaimInstruction(
    {
      ...(await accessAccounts(network, node.address, input.accessNft)),
      job,
      run,
      market,
      payer: input.payer ?? node,
      authority: node,
    },
    { programAddress: network.jobsProgram },
  );
}
