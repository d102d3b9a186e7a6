import { z } from 'zod';
import { invalidParams } from '../../rpc-error.js';
import { contextSlot } from '../context.js';
import { defineMethod } from '../method.js';
import { historyFields, slot } from '../params.js';

const MAX_RANGE = 500_000;
const config = z.object(historyFields);

export const getBlocks = defineMethod(
  'getBlocks',
  z.tuple([slot, z.union([slot, config]).nullish(), config.nullish()]),
  (context, [from, second, third]) => {
    const end = typeof second === 'number' ? second : null;
    const newest = contextSlot(context, typeof second === 'object' ? second : third);
    const to = Math.min(end ?? newest, newest);
    if (to - from > MAX_RANGE) throw invalidParams(`Slot range too large; max ${MAX_RANGE}`);
    return to < from ? [] : context.store.blockSlots(from, to, MAX_RANGE);
  },
);
