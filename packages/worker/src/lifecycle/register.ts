import {
  buildRegisterNode,
  buildUpdateNode,
  type NetworkConfig,
  type NodeDescription,
} from '@inferscan/protocol';
import type { KeyPairSigner } from '@solana/kit';

import type { ChainReader } from '../chain/reader.js';
import { decodeRegistration, isOutdated } from '../hardware/registration.js';
import type { NodeTransactions } from './transactions.js';

export interface RegisterDeps {
  network: NetworkConfig;
  signer: KeyPairSigner;
  reader: ChainReader;
  transactions: NodeTransactions;
  kill: AbortSignal;
}

/**
 * Sees to it that the nodes program has the node as `description` says; sends nothing where it does already.
 * @returns what was done
 * @throws TransactionRejected, TransactionExpired, or the signal's reason
 */
export async function ensureRegistered(
  { network, signer, reader, transactions, kill }: RegisterDeps,
  description: NodeDescription,
): Promise<'registered' | 'updated' | 'unchanged'> {
  const account = await reader.registration(kill);
  const known = account === null ? null : decodeRegistration(account);
  if (known && !isOutdated(known, description)) return 'unchanged';
  const instruction =
    account === null
      ? await buildRegisterNode({ network, node: signer, description })
      : await buildUpdateNode({
          network,
          node: signer,
          description: { ...description, icon: known?.icon ?? description.icon },
        });
  const action = account === null ? 'register' : 'update';
  await transactions.land(action, [instruction]);
  return account === null ? 'registered' : 'updated';
}
