import type { Address } from '@solana/kit';

import type { MarketPlace } from '../chain/accounts.js';
import type { QueueMemory } from './choose-market.js';

/** A market in which waiting was in vain is passed over for so many times the operator's patience. */
const PASSED_OVER_FOR = 4;

/** Watches how the node's place in a queue changes. `now` is a steady clock in milliseconds. */
export function createQueueMemory(patienceMs: number, now: () => number = () => performance.now()) {
  let place = '';
  let since = now();
  const passedOver = new Map<Address, number>();
  return {
    observe(places: readonly MarketPlace[]): QueueMemory {
      const time = now();
      const queued = places.find(({ ahead }) => ahead !== null);
      const found = queued ? `${queued.address} ${queued.ahead}` : '';
      if (found !== place) {
        place = found;
        since = time;
      }
      for (const [market, until] of passedOver) if (until <= time) passedOver.delete(market);
      return { unmovedMs: time - since, passedOver: new Set(passedOver.keys()) };
    },
    passOver(markets: readonly Address[]): void {
      for (const market of markets) passedOver.set(market, now() + PASSED_OVER_FOR * patienceMs);
    },
  };
}
