import { z } from 'zod';

const chance = z.number().min(0).max(1).default(0);

/** What goes wrong and how often: chances from 0 to 1 per request, notification or slot. */
export const faultSettings = z
  .strictObject({
    /** The same seed and the same calls in the same order give the same faults. */
    seed: z.number().int().min(0).max(4_294_967_295),
    /** RPC methods whose answers fail; all when it is left out. Notifications and slots do not go by it. */
    methods: z.array(z.string().max(100)).max(100).optional(),
    /** Milliseconds that every answer waits, drawn between the two. */
    latencyMs: z
      .strictObject({ min: z.number().int().min(0), max: z.number().int().max(60_000) })
      .refine(({ min, max }) => min <= max, { error: 'min must not be above max' })
      .optional(),
    /** HTTP 429 with Retry-After. */
    tooManyRequests: chance,
    retryAfterSeconds: z.number().int().min(0).max(3600).default(1),
    /** HTTP 503. */
    serverError: chance,
    /** A body that ends in the middle. */
    cutBody: chance,
    /** The answer that was given to the same call before, as from a node that lags behind. */
    stale: chance,
    /** An empty list where there is something to list. */
    emptyList: chance,
    /** Per notification: the websocket is cut off instead. */
    dropSocket: chance,
    /** Per notification: it is sent twice. */
    duplicate: chance,
    /** Per notification: it comes after the next one. */
    outOfOrder: chance,
    /** Per slot: the next slot stays without a block. */
    skipSlot: chance,
  })
  .describe('faults');
export type FaultSettings = z.output<typeof faultSettings>;
