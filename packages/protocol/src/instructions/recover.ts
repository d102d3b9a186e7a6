import { getRecoverInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { associatedTokenAddress, marketVault } from '../addresses/derive.js';
import type { NetworkConfig } from '../network/config.js';

export interface RecoverInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  readonly job: Address;
  readonly project: TransactionSigner;
  /** The job's payer, who gets the rent. */
  readonly payer: Address;
  /** NOS token account that gets the deposit; the payer's associated one unless given. */
  readonly user?: Address;
}

/** Closes a job that its node quit and sends the whole deposit back. */
export async function buildRecover(input: RecoverInput): Promise<Instruction> {
  const { network, market, job, payer } = input;
  const [user, vault] = await Promise.all([
    input.user ?? associatedTokenAddress(payer, network.nosMint),
    marketVault(network, market),
  ]);
  return getRecoverInstruction(
    { job, market, vault, user, payer, authority: input.project },
    { programAddress: network.jobsProgram },
  );
}
