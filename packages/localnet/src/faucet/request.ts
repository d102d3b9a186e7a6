import { z } from 'zod';
import { address } from '../rpc/params.js';
import type { FaucetRequest } from './faucet.js';

const baseUnits = z
  .string()
  .regex(/^\d{1,20}$/, { error: 'expected a whole number of base units as a decimal string' })
  .transform(BigInt);

/** The JSON body of POST /faucet. */
export const faucetBody = z
  .object({
    address,
    lamports: baseUnits.optional(),
    nos: baseUnits.optional(),
    stake: z.object({ amount: baseUnits, durationSeconds: z.number().int() }).optional(),
  })
  .transform(
    (body): FaucetRequest => ({
      to: body.address,
      lamports: body.lamports,
      nos: body.nos,
      stake: body.stake,
    }),
  );
