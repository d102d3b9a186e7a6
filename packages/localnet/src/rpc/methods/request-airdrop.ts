import { z } from 'zod';
import { FaucetError } from '../../faucet/faucet.js';
import { invalidParams } from '../../rpc-error.js';
import { defineMethod } from '../method.js';
import { address, contextConfig } from '../params.js';

export const requestAirdrop = defineMethod(
  'requestAirdrop',
  z.tuple([address, z.number().int().min(1), contextConfig]),
  async ({ faucet }, [to, lamports]) => {
    try {
      return await faucet.sendSol(to, BigInt(lamports));
    } catch (error) {
      if (error instanceof FaucetError) throw invalidParams(error.message);
      throw error;
    }
  },
);
