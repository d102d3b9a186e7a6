import { createHash } from 'node:crypto';
import type { RpcContext } from './context.js';

/** The address of the one validator that the localnet claims to have; every localnet has another. */
export function validatorIdentity({ chain, base58 }: RpcContext): string {
  return base58.encode(createHash('sha256').update(`validator of ${chain.genesisHash}`).digest());
}
