import { getListInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';
import { depositAccounts } from './deposit.js';
import { requireDigest } from './digest.js';

export interface ListInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  /** Fresh key of the job account. */
  readonly job: TransactionSigner;
  /** Fresh key of the run account, used only when a node waits. */
  readonly run: TransactionSigner;
  /** Pays deposit and rent, and gets the refund. */
  readonly payer: TransactionSigner;
  /** The job's project; the payer unless given. */
  readonly project?: TransactionSigner;
  /** sha2-256 digest of the definition's CID. */
  readonly definitionDigest: Uint8Array;
  /** Seconds. */
  readonly timeout: bigint;
}

/**
 * Lists a job: it starts at once when a node waits in the market, else it queues.
 * Throws RangeError when the digest is not 32 bytes.
 */
export async function buildList(input: ListInput): Promise<Instruction> {
  const { network, market, job, run, payer } = input;
  return getListInstruction(
    {
      ...(await depositAccounts(network, market, payer.address)),
      job,
      market,
      run,
      payer,
      authority: input.project ?? payer,
      ipfsJob: requireDigest('definitionDigest', input.definitionDigest),
      timeout: input.timeout,
    },
    { programAddress: network.jobsProgram },
  );
}
