import { z } from 'zod';
import { withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { contextConfig } from '../params.js';

export const getLatestBlockhash = defineMethod(
  'getLatestBlockhash',
  z.tuple([contextConfig]),
  (context, [config]) => {
    const { blockhash, lastValidBlockHeight } = context.chain.latestBlockhash(
      config?.commitment ?? 'finalized',
    );
    return withContext(context, config, { blockhash, lastValidBlockHeight });
  },
);
