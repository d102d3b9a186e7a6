import { z } from 'zod';
import { SLOTS_PER_EPOCH } from '../../chain/vm.js';
import { contextSlot } from '../context.js';
import { defineMethod } from '../method.js';
import { contextConfig } from '../params.js';

export const getEpochInfo = defineMethod('getEpochInfo', z.tuple([contextConfig]), (context, [config]) => {
  const absoluteSlot = contextSlot(context, config);
  return {
    absoluteSlot,
    blockHeight: context.chain.blockHeight(config?.commitment ?? 'finalized'),
    epoch: Math.floor(absoluteSlot / SLOTS_PER_EPOCH),
    slotIndex: absoluteSlot % SLOTS_PER_EPOCH,
    slotsInEpoch: SLOTS_PER_EPOCH,
    transactionCount: context.chain.transactionCount(),
  };
});
