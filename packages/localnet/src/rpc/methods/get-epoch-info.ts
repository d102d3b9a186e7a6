import { z } from 'zod';
import { SLOTS_PER_EPOCH } from '../../chain/vm.js';
import { contextSlot } from '../context.js';
import { defineMethod } from '../method.js';
import { contextConfig } from '../params.js';
import { transactionCount } from '../transaction-count.js';

export const getEpochInfo = defineMethod(
  'getEpochInfo',
  z.tuple([contextConfig]),
  async (context, [config]) => {
    const absoluteSlot = contextSlot(context, config);
    const commitment = config?.commitment ?? 'finalized';
    const blockHeight = context.chain.blockHeight(commitment);
    return {
      absoluteSlot,
      blockHeight,
      epoch: Math.floor(absoluteSlot / SLOTS_PER_EPOCH),
      slotIndex: absoluteSlot % SLOTS_PER_EPOCH,
      slotsInEpoch: SLOTS_PER_EPOCH,
      transactionCount: await transactionCount(context, commitment),
    };
  },
);
