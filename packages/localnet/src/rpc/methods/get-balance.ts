import { z } from 'zod';
import { withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { address, contextConfig } from '../params.js';

export const getBalance = defineMethod(
  'getBalance',
  z.tuple([address, contextConfig]),
  (context, [wanted, config]) => withContext(context, config, context.vm.balance(wanted)),
);
