import { RPC_CODES, RpcError } from '../rpc-error.js';
import type { RpcContext } from './context.js';

/**
 * Makes sure that the chain goes on.
 *
 * @throws RpcError -32005 when it does not.
 */
export function requireHealth({ problem }: RpcContext): void {
  if (problem() === null) return;
  // How far it is behind is not known: nobody else goes on.
  throw new RpcError(RPC_CODES.nodeUnhealthy, 'Node is unhealthy', { numSlotsBehind: null });
}
