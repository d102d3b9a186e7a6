import { setMaxListeners } from 'node:events';

import { redactUrl } from '../config/redact.js';
import { RpcError } from './errors.js';
import { afterAnswer, afterFailure, type Candidate, type EndpointHealth, UNKNOWN_HEALTH } from './health.js';
import { type RpcCall, type RpcHttpOptions, type RpcOutcome, sendCalls } from './http.js';
import { createLimiter } from './limiter.js';

/** One server, with what it has shown of itself. */
export interface Endpoint {
  /** Its address without keys. */
  readonly label: string;
  /**
   * Sends calls as one request at the pace that the server takes.
   * @throws RpcError for the request as a whole; the signal's reason when aborted
   */
  send(calls: readonly RpcCall[], signal: AbortSignal, timeoutMs: number): Promise<RpcOutcome[]>;
  candidate(): Candidate;
  /** Whether it said that it does not know a method. */
  lacks(method: string): boolean;
  setLag(slots: number): void;
  /** It answered with something that its method does not promise. */
  blame(): void;
}

/** JSON-RPC's code for a method that the server does not know. */
export const NO_METHOD = -32_601;

export function createEndpoint(options: RpcHttpOptions): Endpoint {
  const limiter = createLimiter();
  const unknown = new Set<string>();
  let health: EndpointHealth = UNKNOWN_HEALTH;

  /** Notes what answers say about the server itself; the first error that does, if any. */
  const troubleIn = (outcomes: readonly RpcOutcome[]): RpcError | null => {
    for (const outcome of outcomes) {
      if (!outcome.ok && (outcome.error.code === 'rate_limited' || isSick(outcome.error)))
        return outcome.error;
    }
    return null;
  };

  const noteTrouble = (error: RpcError, startedAt: number): void => {
    const at = Date.now();
    if (error.retryAfterMs !== undefined) limiter.holdUntil(at + error.retryAfterMs);
    // A busy server is as good as before once it is asked less: that is the limiter's work.
    if (error.code === 'rate_limited' || error.code === 'too_large') return;
    health = afterFailure(health, { code: error.code, now: at, tookMs: at - startedAt });
  };

  const label = redactUrl(options.url);
  const tell = (method = '', outcome: string): void => options.onCall?.({ endpoint: label, method, outcome });

  return {
    label,
    async send(calls, signal, timeoutMs) {
      // One signal stops all requests, and more of them may be on their way than Node expects of listeners.
      setMaxListeners(0, signal);
      const turn = await limiter.acquire(signal);
      const startedAt = Date.now();
      try {
        const outcomes = await sendCalls({ ...options, timeoutMs }, calls, signal);
        outcomes.forEach((outcome, index) => {
          const method = calls[index]?.method;
          tell(method, outcome.ok ? 'ok' : outcome.error.code);
          if (!outcome.ok && outcome.error.rpcCode === NO_METHOD && method !== undefined) unknown.add(method);
        });
        const trouble = troubleIn(outcomes);
        if (trouble === null) {
          health = afterAnswer(health, Date.now() - startedAt);
          turn.answered(kindOf(calls));
        } else {
          noteTrouble(trouble, startedAt);
          if (trouble.code === 'rate_limited') turn.tooMany(trouble.retryAfterMs);
          else turn.failed();
        }
        return outcomes;
      } catch (error) {
        if (error instanceof RpcError) {
          for (const { method } of calls) tell(method, error.code);
          noteTrouble(error, startedAt);
          if (error.code === 'rate_limited') turn.tooMany(error.retryAfterMs);
          else if (error.code === 'unavailable') turn.failed();
        }
        throw error;
      } finally {
        turn.unused();
      }
    },
    candidate() {
      const { inFlight, waiting, pace, heldUntil } = limiter.load();
      return { health, pressure: (inFlight + waiting + 1) / Math.max(1, Math.floor(pace.window)), heldUntil };
    },
    lacks: (method) => unknown.has(method),
    setLag(slots) {
      health = { ...health, lagSlots: slots };
    },
    blame() {
      health = afterFailure(health, { code: 'bad_answer', now: Date.now(), tookMs: 0 });
    },
  };
}

/** -32603 internal error, -32005 lagging: the server's state, not the call's. */
const isSick = ({ rpcCode }: RpcError): boolean => rpcCode === -32_603 || rpcCode === -32_005;

/** Requests of one kind take about as long: the same method, and about as many calls. */
const kindOf = (calls: readonly RpcCall[]): string =>
  `${calls[0]?.method ?? ''} ${Math.floor(Math.log2(calls.length))}`;
