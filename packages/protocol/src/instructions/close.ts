import { getCloseAdminInstruction, getCloseInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { associatedTokenAddress, marketVault } from '../addresses/derive.js';
import type { NetworkConfig } from '../network/config.js';

export interface CloseInput {
  readonly network: NetworkConfig;
  readonly market: Address;
  /** The market's authority, or the network's market admin for `buildCloseAdmin`. */
  readonly authority: TransactionSigner;
  /** NOS token account that gets the rest; the authority's associated one unless given. */
  readonly user?: Address;
}

async function closeAccounts(input: CloseInput) {
  const { network, market, authority } = input;
  const [user, vault] = await Promise.all([
    input.user ?? associatedTokenAddress(authority.address, network.nosMint),
    marketVault(network, market),
  ]);
  return { market, vault, user, authority };
}

/** Closes a market and its vault; what is left in the vault goes to the authority. */
export async function buildClose(input: CloseInput): Promise<Instruction> {
  return getCloseInstruction(await closeAccounts(input), { programAddress: input.network.jobsProgram });
}

/** The same by the network's market admin. */
export async function buildCloseAdmin(input: CloseInput): Promise<Instruction> {
  return getCloseAdminInstruction(await closeAccounts(input), { programAddress: input.network.jobsProgram });
}
