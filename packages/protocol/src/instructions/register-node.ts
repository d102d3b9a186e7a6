import { AccountRole, type AccountSignerMeta, type Instruction, type TransactionSigner } from '@solana/kit';
import { nodeAccountAddress } from '../addresses/derive.js';
import { SYSTEM_PROGRAM } from '../addresses/programs.js';
import type { NetworkConfig } from '../network/config.js';
import { type NodeDescription, nodeDescriptionEncoder } from './node-description.js';

export interface RegisterNodeInput {
  readonly network: NetworkConfig;
  readonly node: TransactionSigner;
  /** Pays the account's rent; the node unless given. */
  readonly payer?: TransactionSigner;
  readonly description: NodeDescription;
}

/** First 8 bytes of sha256("global:register") and sha256("global:update"): the program has no published client. */
const REGISTER = [211, 124, 67, 15, 211, 194, 178, 240];
const UPDATE = [219, 200, 88, 176, 158, 63, 253, 127];

/** Opens a node's account in the nodes program and describes the node in it; once per node. */
export async function buildRegisterNode(input: RegisterNodeInput): Promise<Instruction> {
  const { network, node, payer = node, description } = input;
  return {
    programAddress: network.nodesProgram,
    accounts: [
      { address: await nodeAccountAddress(network, node.address), role: AccountRole.WRITABLE },
      signs(payer, AccountRole.WRITABLE_SIGNER),
      signs(node, AccountRole.READONLY_SIGNER),
      { address: SYSTEM_PROGRAM, role: AccountRole.READONLY },
    ],
    data: call(REGISTER, description),
  };
}

/** Describes a registered node anew. */
export async function buildUpdateNode({
  network,
  node,
  description,
}: Omit<RegisterNodeInput, 'payer'>): Promise<Instruction> {
  return {
    programAddress: network.nodesProgram,
    accounts: [
      { address: await nodeAccountAddress(network, node.address), role: AccountRole.WRITABLE },
      signs(node, AccountRole.WRITABLE_SIGNER),
    ],
    data: call(UPDATE, description),
  };
}

const signs = (signer: TransactionSigner, role: AccountSignerMeta['role']): AccountSignerMeta => ({
  address: signer.address,
  role,
  signer,
});

const call = (discriminator: readonly number[], description: NodeDescription): Uint8Array =>
  Uint8Array.from([...discriminator, ...nodeDescriptionEncoder().encode(description)]);
