import type { Chain } from '../chain/chain.js';
import { RewindError } from '../chain/rewind-point.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';
import type { ControlContext } from './method.js';

/** Rewinds the chain and forgets the snapshots that are gone with it. @throws RpcError -32600 when it cannot be done. */
export async function rewindChain(
  { chain, snapshots }: ControlContext,
  ...[target, plan]: Parameters<Chain['rewind']>
): ReturnType<Chain['rewind']> {
  const outcome = await answerRewindErrors(chain.rewind(target, plan));
  for (const [id, { slot }] of snapshots) if (slot > outcome.parent) snapshots.delete(id);
  return outcome;
}

/** Tells the caller when a rewind, or another one that is under way, forbids the work. @throws RpcError -32600 */
export async function answerRewindErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RewindError) throw new RpcError(RPC_CODES.invalidRequest, error.message);
    throw error;
  }
}
