import { z } from 'zod';
import { accountReader, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { address, contextConfig } from '../params.js';

export const getBalance = defineMethod(
  'getBalance',
  z.tuple([address, contextConfig]),
  (context, [wanted, config]) =>
    withContext(context, config, accountReader(context, config)(wanted)?.lamports ?? 0n),
);
