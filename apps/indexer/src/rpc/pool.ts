import { gatherAnswers } from './answers.js';
import { pause } from './backoff.js';
import { createEndpoint, type Endpoint, NO_METHOD } from './endpoint.js';
import { RpcError } from './errors.js';
import { deadlineMs, lagsOf, rank } from './health.js';
import type { RpcCall, RpcHttpOptions, RpcOutcome } from './http.js';
import { createOneChain } from './one-chain.js';

export interface PoolOptions extends Omit<RpcHttpOptions, 'url'> {
  /** One or several servers of the same chain; the first is preferred as long as nothing else is known. */
  readonly urls: readonly string[];
  /** So often endpoints are compared while requests are made: who lags, who is back. Default 5 s. */
  readonly compareMs?: number;
}

/** Several servers of one chain as if they were one. */
export interface EndpointPool {
  /**
   * Asks the best endpoint, and the next ones for whatever it does not answer.
   * @throws RpcError if none answered anything; the signal's reason when aborted
   */
  send(calls: readonly RpcCall[], signal: AbortSignal): Promise<RpcOutcome[]>;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_COMPARE_MS = 5_000;

export function createEndpointPool(options: PoolOptions): EndpointPool {
  const { urls, compareMs = DEFAULT_COMPARE_MS, ...http } = options;
  const endpoints = urls.map((url) => createEndpoint({ ...http, url }));
  const longestMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const [only] = endpoints;
  if (only !== undefined && endpoints.length === 1) {
    return { send: (calls, signal) => only.send(calls, signal, longestMs) };
  }
  const chain = createOneChain(endpoints);
  let preferred: number | null = null;
  let comparing = false;
  let comparedAt = Number.NEGATIVE_INFINITY;

  const compare = async (signal: AbortSignal): Promise<void> => {
    if (comparing || Date.now() - comparedAt < compareMs) return;
    comparing = true;
    try {
      const slots = await Promise.all(endpoints.map((endpoint) => chain.slot(endpoint, signal)));
      lagsOf(slots).forEach((lag, index) => {
        if (lag !== null) endpoints[index]?.setLag(lag);
      });
    } finally {
      comparing = false;
      comparedAt = Date.now();
    }
  };

  /** Waits until an endpoint may be asked, if all asked to wait. */
  const waitForOne = async (signal: AbortSignal): Promise<void> => {
    const until = Math.min(...endpoints.map((endpoint) => endpoint.candidate().heldUntil));
    if (until > Date.now()) await pause(until - Date.now(), signal);
  };

  const inOrder = (): number[] =>
    rank(
      endpoints.map((endpoint) => endpoint.candidate()),
      Date.now(),
      preferred,
    );

  return {
    async send(calls, signal) {
      // Nobody waits for it: what it finds out serves the next requests.
      compare(signal).catch(() => {});
      await waitForOne(signal);
      const answers = gatherAnswers(calls);
      const failures: RpcError[] = [];
      for (const index of inOrder()) {
        const endpoint = endpoints[index];
        const open = answers.open();
        if (open.length === 0) break;
        if (endpoint === undefined || open.every(({ call }) => endpoint.lacks(call.method))) continue;
        const { health, heldUntil } = endpoint.candidate();
        if (heldUntil > Date.now()) continue;
        try {
          await chain.require(endpoint, signal);
          const asked = open.map(({ call }) => call);
          const outcomes = await endpoint.send(asked, signal, deadlineMs(health, longestMs));
          const worth = answers.take(open, outcomes);
          if (worth === 'bad') endpoint.blame();
          if (worth === 'final') preferred = index;
        } catch (error) {
          if (!(error instanceof RpcError)) throw error;
          failures.push(named(endpoint, error));
        }
      }
      const failure = mostHopeful(failures);
      const outcomes = answers.outcomes(failure);
      if (outcomes === null) {
        throw (
          failure ??
          new RpcError('refused', `${calls[0]?.method}: none of the RPCs knows this method`, {
            rpcCode: NO_METHOD,
          })
        );
      }
      return outcomes;
    },
  };
}

const named = ({ label }: Endpoint, error: RpcError): RpcError =>
  new RpcError(error.code, `${label}: ${error.message}`, {
    cause: error.cause,
    retryAfterMs: error.retryAfterMs,
    rpcCode: error.rpcCode,
  });

/** The failure that is soonest worth another try. */
function mostHopeful(failures: readonly RpcError[]): RpcError | undefined {
  const wait = ({ retryable, retryAfterMs }: RpcError): number =>
    retryable ? (retryAfterMs ?? 0) : Number.MAX_SAFE_INTEGER;
  return failures.toSorted((left, right) => wait(left) - wait(right)).at(0);
}
