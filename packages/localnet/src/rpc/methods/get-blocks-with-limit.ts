import { z } from 'zod';
import { contextSlot } from '../context.js';
import { defineMethod } from '../method.js';
import { historyFields, slot } from '../params.js';

export const getBlocksWithLimit = defineMethod(
  'getBlocksWithLimit',
  z.tuple([slot, z.number().int().min(0).max(500_000), z.object(historyFields).nullish()]),
  (context, [from, limit, config]) =>
    limit === 0 ? [] : context.store.blockSlots(from, contextSlot(context, config), limit),
);
