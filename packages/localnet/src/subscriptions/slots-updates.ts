import { z } from 'zod';
import type { Block } from '../chain/types.js';
import { defineSubscription } from './subscription.js';

/** Steps in the life of a slot. Where several coincide on one node, they are told in a validator's order. */
export const slotsUpdatesSubscription = defineSubscription(
  'slotsUpdates',
  z.tuple([]),
  (_context, _params, notify) => {
    const tell = (type: string, slot: number, more: object = {}): void =>
      notify({ type, slot, timestamp: Date.now(), ...more });
    return {
      onEvent(event) {
        if (event.type === 'slot') {
          tell('firstShredReceived', event.slot);
          tell('createdBank', event.slot, { parent: event.parent });
        } else if (event.type === 'confirmed') {
          tell('completed', event.slot);
          tell('frozen', event.slot, { stats: statsOf(event.block) });
          tell('optimisticConfirmation', event.slot);
        } else if (event.type === 'finalized') {
          tell('root', event.slot);
        }
      },
    };
  },
);

/** Every transaction is an entry of its own here. */
function statsOf({ records }: Block): object {
  const failed = records.filter(({ meta }) => meta.err !== null).length;
  return {
    numTransactionEntries: records.length,
    numSuccessfulTransactions: records.length - failed,
    numFailedTransactions: failed,
    maxTransactionsPerEntry: Math.min(records.length, 1),
  };
}
