import { z } from 'zod';
import { BLOCKHASH_VALID_BLOCKS } from '../../chain/blockhashes.js';
import { defineMethod } from '../method.js';
import { address } from '../params.js';
import { sequence } from '../typed-params.js';

const MAX_ADDRESSES = 128;

const addresses = sequence(address, MAX_ADDRESSES, `Too many inputs provided; max ${MAX_ADDRESSES}`);

/** Blocks of the localnet are never full: a transaction needs no priority fee to land in any of them. */
export const getRecentPrioritizationFees = defineMethod(
  'getRecentPrioritizationFees',
  z.tuple([addresses.nullish()]),
  async ({ chain, store }) => {
    const headers = await store.newestBlocks(chain.slot('confirmed'), BLOCKHASH_VALID_BLOCKS);
    return headers.map(({ slot }) => ({ prioritizationFee: 0, slot }));
  },
);
