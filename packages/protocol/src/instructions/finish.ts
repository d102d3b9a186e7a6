import { getFinishInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { associatedTokenAddress, marketVault } from '../addresses/derive.js';
import type { NetworkConfig } from '../network/config.js';
import { requireDigest } from './digest.js';

export interface FinishInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  readonly job: Address;
  readonly run: Address;
  readonly node: TransactionSigner;
  /** The job's payer, who gets the refund. */
  readonly jobPayer: Address;
  /** The run's payer, who gets the run account's rent. */
  readonly runPayer: Address;
  /** NOS token account that is paid; the node's associated one unless given. */
  readonly user?: Address;
  /** sha2-256 digest of the result's CID; the program refuses zeros. */
  readonly resultDigest: Uint8Array;
}

/**
 * Hands in a job's result: the node is paid for the time used, the job's payer gets the rest.
 * Throws RangeError when the digest is not 32 bytes.
 */
export async function buildFinish(input: FinishInput): Promise<Instruction> {
  const { network, market, job, run, node } = input;
  const [deposit, user, vault] = await Promise.all([
    associatedTokenAddress(input.jobPayer, network.nosMint),
    input.user ?? associatedTokenAddress(node.address, network.nosMint),
    marketVault(network, market),
  ]);
  return getFinishInstruction(
    {
      job,
      run,
      market,
      vault,
      deposit,
      user,
      payerRun: input.runPayer,
      payerJob: input.jobPayer,
      authority: node,
      ipfsResult: requireDigest('resultDigest', input.resultDigest),
    },
    { programAddress: network.jobsProgram },
  );
}
