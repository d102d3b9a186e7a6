import { createWorld, type World } from './world.js';

/** A job in `market` that alice posts. */
export const alice = { market: 'market', by: 'alice', timeout: 100n };

/** A network with one market. */
export function openWorld(): World {
  const world = createWorld();
  world.open('market', { price: 10n, expiration: 50n });
  return world;
}
