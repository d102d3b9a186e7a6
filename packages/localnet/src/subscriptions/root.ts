import { z } from 'zod';
import { defineSubscription } from './subscription.js';

export const rootSubscription = defineSubscription('root', z.tuple([]), (_context, _params, notify) => ({
  onEvent(event) {
    if (event.type === 'finalized') notify(event.slot);
  },
}));
