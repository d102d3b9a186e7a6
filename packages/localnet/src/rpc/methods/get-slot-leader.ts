import { z } from 'zod';
import { contextSlot } from '../context.js';
import { defineMethod } from '../method.js';
import { contextConfig } from '../params.js';
import { validatorIdentity } from '../validator.js';

/** One validator leads every slot. */
export const getSlotLeader = defineMethod('getSlotLeader', z.tuple([contextConfig]), (context, [config]) => {
  contextSlot(context, config);
  return validatorIdentity(context);
});
