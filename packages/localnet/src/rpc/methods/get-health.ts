import { z } from 'zod';
import { requireHealth } from '../health.js';
import { defineMethod } from '../method.js';

export const getHealth = defineMethod('getHealth', z.tuple([]), (context) => {
  requireHealth(context);
  return 'ok';
});
