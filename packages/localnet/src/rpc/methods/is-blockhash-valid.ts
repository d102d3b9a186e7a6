import { z } from 'zod';
import { knowsBlockhash } from '../../chain/blockhash-age.js';
import { withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { blockhash, contextConfig } from '../params.js';

export const isBlockhashValid = defineMethod(
  'isBlockhashValid',
  z.tuple([blockhash, contextConfig]),
  (context, [hash, config]) =>
    withContext(context, config, knowsBlockhash(context.chain, hash, config?.commitment ?? 'finalized')),
);
