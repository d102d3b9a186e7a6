import { z } from 'zod';
import { feeOf } from '../../chain/fees.js';
import { readWholeMessage } from '../../encodings/transaction-wire.js';
import { WireError } from '../../encodings/wire-reader.js';
import { invalidParams } from '../../rpc-error.js';
import { withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { contextConfig } from '../params.js';
import { decodeText } from '../transaction-input.js';

export const getFeeForMessage = defineMethod(
  'getFeeForMessage',
  z.tuple([z.string().max(1700), contextConfig]),
  (context, [text, config]) => {
    const { base58, chain } = context;
    try {
      const message = readWholeMessage(decodeText(text, 'base64'), base58);
      return withContext(context, config, chain.isAlive(message) ? feeOf(message) : null);
    } catch (error) {
      if (error instanceof WireError)
        throw invalidParams(`failed to deserialize the message: ${error.message}`);
      throw error;
    }
  },
);
