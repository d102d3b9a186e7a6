import { z } from 'zod';
import { encodeAccount } from '../encodings/account.js';
import { matchesFilters } from '../rpc/filters.js';
import { address } from '../rpc/params.js';
import { programConfig } from '../rpc/program-filters.js';
import { changesAt } from './changes.js';
import { defineSubscription } from './subscription.js';
import { notifiedView } from './view.js';

export const programSubscription = defineSubscription(
  'program',
  z.tuple([address, programConfig]),
  (context, [program, config], notify) => ({
    onEvent(event) {
      for (const [pubkey, state] of changesAt(event, config?.commitment ?? 'finalized')) {
        if (state === null || state.owner !== program) continue;
        if (!matchesFilters(state, config?.filters ?? [])) continue;
        notify({
          context: { slot: event.slot },
          value: { pubkey, account: encodeAccount(pubkey, state, notifiedView(config), context) },
        });
      }
    },
  }),
);
