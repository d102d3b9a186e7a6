import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Access, Grant } from './access.js';
import type { Admission } from './admission.js';
import { NO_TOKENS, type RequestOutcome, type TokenUse } from './tally.js';

/** What is known of a request while it is answered. */
export interface Exchange {
  grant?: Grant;
  /** What its answer came to, once it is whole. */
  used?: TokenUse;
  /** Where it is not what the status of the answer says. */
  outcome?: RequestOutcome;
}

export interface ExchangeDeps {
  access: Access | null;
  admission: Admission;
  /** Told once of each request for an answer, when it is over. */
  onSettled(outcome: RequestOutcome, use: TokenUse): void;
}

/**
 * Checks requests as they come in, before a body is read: those who are turned away or wait take no memory.
 * @returns gives the exchange of a request for an answer
 */
export function watchExchanges(
  api: FastifyInstance,
  { access, admission, onSettled }: ExchangeDeps,
): (request: FastifyRequest) => Exchange {
  const exchanges = new WeakMap<FastifyRequest, Exchange>();

  api.addHook('onRequest', async (request, { raw }) => {
    const exchange: Exchange = {};
    exchanges.set(request, exchange);
    const isAsking = request.method === 'POST';
    if (isAsking) {
      raw.once('close', () =>
        onSettled(
          exchange.outcome ?? outcomeOf(raw.statusCode, raw.writableFinished),
          exchange.used ?? NO_TOKENS,
        ),
      );
    }
    if (access !== null) exchange.grant = access.check(request.headers.authorization);
    if (!isAsking) return;
    // Who is let in leaves with the last byte of the answer.
    raw.once('close', admission.enter());
    exchange.grant?.begin();
  });

  return (request) => exchanges.get(request) ?? {};
}

function outcomeOf(status: number, isSent: boolean): RequestOutcome {
  if (status >= 500) return 'failed';
  if (status >= 400) return 'refused';
  return isSent ? 'served' : 'cancelled';
}
