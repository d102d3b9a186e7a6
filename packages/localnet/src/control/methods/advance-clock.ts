import { z } from 'zod';
import { defineControl } from '../method.js';

/** A hundred years. */
const MAX_SECONDS = 3_155_760_000;

/**
 * Moves the clock on by seconds. It closes the open slot, so that what is in it keeps the time at which it ran, and
 * the next one, so that confirmed reads and preflights are in the new time at once.
 */
export const advanceClock = defineControl(
  'localnet_advanceClock',
  z.tuple([z.number().int().min(1).max(MAX_SECONDS)]),
  async ({ chain, clock }, [seconds]) => {
    await clock.setAhead(clock.ahead() + seconds);
    await chain.advance();
    await chain.advance();
    return { slot: chain.slot('processed'), time: chain.time('processed') };
  },
);
