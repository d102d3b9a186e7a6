import { z } from 'zod';
import { refusedParams } from '../../rpc-error.js';
import { contextSlot } from '../context.js';
import { requireConfirmed } from '../history.js';
import { defineMethod } from '../method.js';
import { contextConfig, slot, slotOrConfig } from '../params.js';

const MAX_RANGE = 500_000;

export const getBlocks = defineMethod(
  'getBlocks',
  z.tuple([slot, slotOrConfig, contextConfig]),
  (context, [from, second, third]) => {
    const config = third ?? (typeof second === 'object' ? second : null);
    requireConfirmed(config);
    const end = typeof second === 'number' ? second : from + MAX_RANGE;
    const to = Math.min(end, contextSlot(context, config));
    if (to < from) return [];
    if (to - from > MAX_RANGE) throw refusedParams(`Slot range too large; max ${MAX_RANGE}`);
    return context.store.blockSlots(from, to, MAX_RANGE + 1);
  },
);
