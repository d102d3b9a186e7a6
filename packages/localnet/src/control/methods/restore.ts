import { z } from 'zod';
import { defineControl } from '../method.js';
import { rewindChain } from '../rewind.js';

/** Makes the chain what it was at a snapshot: accounts, blocks, history, slots and the clock. The snapshot stays. */
export const restore = defineControl(
  'localnet_restore',
  z.tuple([z.number().int()]),
  async (context, [wanted]) => {
    const { clock, snapshots } = context;
    const ahead = snapshots.get(wanted)?.ahead ?? clock.ahead();
    const { dropped, parent } = await rewindChain(context, { mark: wanted }, () => () => undefined);
    await clock.setAhead(ahead);
    return { slot: parent, dropped };
  },
);
