import { z } from 'zod';
import { address, contextConfig } from '../rpc/params.js';
import { recordsAt } from './changes.js';
import { mentions } from './mentions.js';
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
