import { z } from 'zod';
import { invalidParams } from '../../rpc-error.js';
import { defineMethod } from '../method.js';
import { address } from '../params.js';
import { decodeTransaction } from '../transaction-input.js';

const LEVELS = ['min', 'low', 'medium', 'high', 'veryHigh', 'unsafeMax'] as const;

const request = z.object({
  transaction: z.string().nullish(),
  accountKeys: z.array(address).max(128).nullish(),
  options: z
    .object({
      transactionEncoding: z.enum(['base58', 'base64', 'Base58', 'Base64']).nullish(),
      priorityLevel: z.enum(['Min', 'Low', 'Medium', 'High', 'VeryHigh', 'UnsafeMax', 'Default']).nullish(),
      includeAllPriorityFeeLevels: z.boolean().nullish(),
      lookbackSlots: z.number().int().min(1).max(150).nullish(),
      recommended: z.boolean().nullish(),
      includeVote: z.boolean().nullish(),
      evaluateEmptySlotAsZero: z.boolean().nullish(),
    })
    .nullish(),
});

/** Helius's method. Blocks of the localnet are never full: no transaction needs a priority fee. */
export const getPriorityFeeEstimate = defineMethod(
  'getPriorityFeeEstimate',
  z.tuple([request]),
  ({ base58 }, [{ transaction, accountKeys, options }]) => {
    if (typeof transaction === 'string') {
      const encoding = options?.transactionEncoding?.toLowerCase() === 'base64' ? 'base64' : 'base58';
      decodeTransaction(transaction, encoding, base58);
    } else if (!accountKeys) {
      throw invalidParams('params[0]: expected a transaction or accountKeys');
    }
    return options?.includeAllPriorityFeeLevels === true
      ? { priorityFeeLevels: Object.fromEntries(LEVELS.map((level) => [level, 0])) }
      : { priorityFeeEstimate: 0 };
  },
);
