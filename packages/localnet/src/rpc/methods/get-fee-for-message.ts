import { z } from 'zod';
import { feeOf } from '../../chain/fees.js';
import { knowsBlockhash } from '../blockhash-age.js';
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
    const known = knowsBlockhash(chain, message.recentBlockhash, config?.commitment ?? 'finalized');
    // A message may also live by a durable nonce, which is no blockhash of the chain at all.
    const alive = chain.lastValidBlockHeight(message.recentBlockhash) === null && chain.isAlive(message);
    return withContext(context, config, known || alive ? feeOf(message) : null);
  },
);
