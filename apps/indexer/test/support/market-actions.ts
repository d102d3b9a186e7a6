import { buildClose, buildUpdate } from '@inferscan/protocol';

import type { Action, World } from './world.js';

/** What happens to markets. */
export function marketActions(world: World) {
  const { network, random, authority, markets, send, terms, openMarket } = world;

  const update: Action = async () => {
    const market = random.pick(markets);
    // A market with price 0 keeps it: its jobs have paid nothing in.
    await send(authority, [
      await buildUpdate({
        network,
        market: market.signer.address,
        authority,
        ...terms(market === markets[2] ? 0n : BigInt(1 + random.int(2_000))),
        jobType: random.int(4),
      }),
    ]);
    return true;
  };
  const openAndClose: Action = async () => {
    const market = await openMarket(5n);
    await send(authority, [await buildClose({ network, market: market.signer.address, authority })]);
    return true;
  };
  return { update, openAndClose };
}
