import { initTRPC } from '@trpc/server';
import superjson from 'superjson';
import { toTrpcError } from './errors/translate.js';

/** What a request carries into the procedures. */
export interface ApiContext {
  /** Who is asking, for rate limits; null where nothing is known. */
  clientAddress: string | null;
}

const HEARTBEAT_MS = 5_000;

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  sse: {
    ping: { enabled: true, intervalMs: HEARTBEAT_MS },
    client: { reconnectAfterInactivityMs: HEARTBEAT_MS * 3 },
  },
  errorFormatter({ shape }) {
    const { stack: _stack, ...data } = shape.data;
    const internal = shape.data.httpStatus >= 500 && shape.data.code === 'INTERNAL_SERVER_ERROR';
    return { ...shape, message: internal ? 'Something went wrong on our side.' : shape.message, data };
  },
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Every procedure answers with mapped errors: the texts of unforeseen ones stay on the server. */
export const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw toTrpcError(result.error);
  return result;
});
