import { z } from 'zod';
import { defineMethod } from '../method.js';
import { contextConfig } from '../params.js';

const MAX_ACCOUNT_BYTES = 10 * 1024 * 1024;

export const getMinimumBalanceForRentExemption = defineMethod(
  'getMinimumBalanceForRentExemption',
  z.tuple([z.number().int().min(0).max(MAX_ACCOUNT_BYTES), contextConfig]),
  ({ vm }, [bytes]) => vm.rentExemption(bytes),
);
