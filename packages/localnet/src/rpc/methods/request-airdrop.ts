import { z } from 'zod';
import { FaucetError } from '../../faucet/error.js';
import { refusedParams } from '../../rpc-error.js';
import { defineMethod } from '../method.js';
import { address, commitmentField } from '../params.js';
import { struct, text, u64 } from '../typed-params.js';

const config = struct('RpcRequestAirdropConfig', {
  ...commitmentField,
  recentBlockhash: text.nullish(),
}).nullish();

export const requestAirdrop = defineMethod(
  'requestAirdrop',
  z.tuple([address, u64, config]),
  async ({ faucet }, [to, lamports]) => {
    try {
      return await faucet.sendSol(to, BigInt(lamports));
    } catch (error) {
      // Validators say no more than "Internal error" here, which helps nobody.
      if (error instanceof FaucetError) throw refusedParams(`Invalid params: ${error.message}`);
      throw error;
    }
  },
);
