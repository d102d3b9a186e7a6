import { z } from 'zod';
import { contextSlot } from '../context.js';
import { defineMethod } from '../method.js';
import { contextConfig } from '../params.js';

export const getSlot = defineMethod('getSlot', z.tuple([contextConfig]), (context, [config]) =>
  contextSlot(context, config),
);
