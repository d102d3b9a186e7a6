import { z } from 'zod';
import { RPC_CODES, RpcError } from '../../rpc-error.js';
import { defineMethod } from '../method.js';
import { slot } from '../params.js';

export const getBlockTime = defineMethod('getBlockTime', z.tuple([slot]), async ({ store }, [wanted]) => {
  const header = await store.block(wanted);
  if (header === null) {
    throw new RpcError(RPC_CODES.blockNotAvailable, `Block not available for slot ${wanted}`);
  }
  return header.blockTime;
});
