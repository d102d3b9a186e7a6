import { z } from 'zod';
import { defineSubscription } from './subscription.js';

export const slotSubscription = defineSubscription('slot', z.tuple([]), (_context, _params, notify) => ({
  onEvent(event) {
    if (event.type === 'slot') notify({ parent: event.parent, root: event.root, slot: event.slot });
  },
}));
