import { z } from 'zod';
import type { TransactionRecord } from '../chain/types.js';
import { address, contextConfig } from '../rpc/params.js';
import { recordsAt } from './changes.js';
import { defineSubscription } from './subscription.js';

const filter = z.union([
  z.literal('all'),
  z.literal('allWithVotes'),
  z.object({ mentions: z.array(address).length(1, { error: 'expected exactly one address' }) }),
]);

export const logsSubscription = defineSubscription(
  'logs',
  z.tuple([filter, contextConfig]),
  (_context, [wanted, config], notify) => {
    const mentioned = typeof wanted === 'string' ? null : (wanted.mentions[0] ?? '');
    return {
      onEvent(event) {
        for (const record of recordsAt(event, config?.commitment ?? 'finalized')) {
          if (mentioned !== null && !mentions(record, mentioned)) continue;
          const { transaction, meta } = record;
          notify({
            context: { slot: event.slot },
            value: { signature: transaction.signature, err: meta.err, logs: meta.logMessages },
          });
        }
      },
    };
  },
);

function mentions({ transaction, meta }: TransactionRecord, address: string): boolean {
  return (
    transaction.message.staticKeys.includes(address) ||
    meta.loadedAddresses.writable.includes(address) ||
    meta.loadedAddresses.readonly.includes(address)
  );
}
