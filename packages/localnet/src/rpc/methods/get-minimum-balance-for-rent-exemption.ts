import { z } from 'zod';
import { RPC_CODES, RpcError } from '../../rpc-error.js';
import { defineMethod } from '../method.js';
import { commitmentConfig } from '../params.js';
import { usize } from '../typed-params.js';

const MAX_ACCOUNT_BYTES = 10 * 1024 * 1024;

export const getMinimumBalanceForRentExemption = defineMethod(
  'getMinimumBalanceForRentExemption',
  z.tuple([usize, commitmentConfig]),
  ({ vm }, [bytes]) => {
    if (bytes > MAX_ACCOUNT_BYTES) throw new RpcError(RPC_CODES.invalidRequest, 'Invalid request');
    return vm.rentExemption(bytes);
  },
);
