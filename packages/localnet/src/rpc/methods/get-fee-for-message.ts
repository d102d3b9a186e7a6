import { z } from 'zod';
import { feeOf } from '../../chain/fees.js';
import { contextSlot, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { contextConfig } from '../params.js';
import { decodeMessage } from '../transaction-input.js';
import { text } from '../typed-params.js';

export const getFeeForMessage = defineMethod(
  'getFeeForMessage',
  z.tuple([text, contextConfig]),
  (context, [encoded, config]) => {
    const { base58, chain } = context;
    const message = decodeMessage(encoded, base58);
    contextSlot(context, config);
    const alive = chain.isAlive(message, config?.commitment ?? 'finalized');
    return withContext(context, config, alive ? feeOf(message) : null);
  },
);
