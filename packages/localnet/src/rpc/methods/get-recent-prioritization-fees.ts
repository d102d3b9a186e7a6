import { z } from 'zod';
import { BLOCKHASH_VALID_BLOCKS } from '../../chain/blockhashes.js';
import { defineMethod } from '../method.js';
import { address } from '../params.js';

/** Blocks of the localnet are never full: a transaction needs no priority fee to land in any of them. */
export const getRecentPrioritizationFees = defineMethod(
  'getRecentPrioritizationFees',
  z.tuple([z.array(address).max(128).nullish()]),
  ({ chain }) => {
    const newest = chain.slot('confirmed');
    const count = Math.min(BLOCKHASH_VALID_BLOCKS, newest + 1);
    return Array.from({ length: count }, (_item, index) => ({
      slot: newest - count + 1 + index,
      prioritizationFee: 0,
    }));
  },
);
