import { z } from 'zod';
import { RPC_CODES, RpcError } from '../../rpc-error.js';
import { defineMethod } from '../method.js';

export const getHealth = defineMethod('getHealth', z.tuple([]), ({ problem }) => {
  if (problem() === null) return 'ok';
  throw new RpcError(RPC_CODES.nodeUnhealthy, 'Node is unhealthy', { numSlotsBehind: null });
});
