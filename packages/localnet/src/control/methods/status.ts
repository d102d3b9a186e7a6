import { z } from 'zod';
import { defineControl } from '../method.js';

/** Where the chain stands and what was done to it. */
export const status = defineControl(
  'localnet_status',
  z.tuple([]),
  ({ chain, ticker, clock, faults, snapshots }) => ({
    slot: chain.slot('processed'),
    confirmed: chain.slot('confirmed'),
    finalized: chain.slot('finalized'),
    blockHeight: chain.blockHeight('processed'),
    paused: ticker.paused(),
    time: chain.time('processed'),
    clockAheadSeconds: clock.ahead(),
    snapshots: [...snapshots.keys()],
    faults: faults.settings(),
  }),
);
