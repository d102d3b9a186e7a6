import { z } from 'zod';
import { refusedParams } from '../../rpc-error.js';
import { contextSlot } from '../context.js';
import { requireConfirmed } from '../history.js';
import { defineMethod } from '../method.js';
import { contextConfig, slot } from '../params.js';
import { usize } from '../typed-params.js';

const MAX_LIMIT = 500_000;

export const getBlocksWithLimit = defineMethod(
  'getBlocksWithLimit',
  z.tuple([slot, usize, contextConfig]),
  (context, [from, limit, config]) => {
    requireConfirmed(config);
    if (limit > MAX_LIMIT) throw refusedParams(`Limit too large; max ${MAX_LIMIT}`);
    const newest = contextSlot(context, config);
    return limit === 0 || from > newest ? [] : context.store.blockSlots(from, newest, limit);
  },
);
