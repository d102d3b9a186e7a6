import { z } from 'zod';
import type { AccountState } from '../chain/types.js';
import { encodeAccount } from '../encodings/account.js';
import { accountConfig, address } from '../rpc/params.js';
import { changesAt } from './changes.js';
import { defineSubscription } from './subscription.js';
import { notifiedView } from './view.js';

/** What is told about an account that is gone. */
const GONE: AccountState = {
  lamports: 0n,
  owner: '11111111111111111111111111111111',
  data: new Uint8Array(),
  executable: false,
  rentEpoch: 0n,
};

export const accountSubscription = defineSubscription(
  'account',
  z.tuple([address, accountConfig]),
  (context, [wanted, config], notify) => ({
    onEvent(event) {
      const state = changesAt(event, config?.commitment ?? 'finalized').get(wanted);
      if (state === undefined) return;
      notify({
        context: { slot: event.slot },
        value: encodeAccount(wanted, state ?? GONE, notifiedView(config), context),
      });
    },
  }),
);
