import { z } from 'zod';
import { contextSlot } from '../context.js';
import { defineMethod } from '../method.js';
import { contextConfig } from '../params.js';
import { transactionCount } from '../transaction-count.js';

export const getTransactionCount = defineMethod(
  'getTransactionCount',
  z.tuple([contextConfig]),
  (context, [config]) => {
    contextSlot(context, config);
    return transactionCount(context, config?.commitment ?? 'finalized');
  },
);
