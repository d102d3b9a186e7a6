import { tracked } from '@trpc/server';
import { z } from 'zod';
import type { RouterDeps } from '../deps.js';
import { AddressText } from '../read/inputs.js';
import { procedure, router } from '../trpc.js';

const Wanted = z.array(AddressText).min(1).max(100).optional();

const LiveInput = z.strictObject({
  jobs: Wanted,
  markets: Wanted,
  nodes: Wanted,
  /** Set by the client when it reconnects. */
  lastEventId: z.string().max(80).nullish(),
});

export function liveRouter(deps: RouterDeps) {
  return router({
    /**
     * What changed, as it changes, and how far the index is behind. Without filters: everything.
     * `many` means: read again whatever you show.
     */
    changes: procedure.input(LiveInput.optional()).subscription(async function* ({ input, signal }) {
      const lastEventId = input?.lastEventId ?? null;
      const messages = deps.live.subscribe(input ?? {}, lastEventId, signal ?? new AbortController().signal);
      for await (const { id, message } of messages) yield tracked(id, message);
    }),
  });
}
