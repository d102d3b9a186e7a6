import type { Cluster } from '@inferscan/protocol';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { type AppRouter, createAppRouter } from './app-router.js';
import { createTokenBalance } from './chain/token-balance.js';
import type { Pinning, PublicConfig, ReadTokenBalance } from './deps.js';
import { type Health, readHealth } from './health/health.js';
import { createRateLimit } from './limits/rate-limit.js';
import { createLiveFeed, type Listen } from './live/feed.js';
import { createDirectory } from './read/directory.js';
import { createIndexReader, type ReadPool } from './read/index-reader.js';
import { type ApiContext, createCallerFactory } from './trpc.js';

export interface ApiOptions {
  /** `Database` of @inferscan/db. */
  database: { pool: ReadPool; listen: Listen };
  cluster: Cluster;
  /** Where definitions are stored: a content client of @inferscan/storage with a pinning URL. */
  pinning: Pinning;
  config: PublicConfig;
  /** RPC that the server itself asks (it may be reachable under another name than the browser's); default config.rpcUrl. */
  serverRpcUrl?: string;
  tokenBalance?: ReadTokenBalance;
  /** Longest time of a database statement, milliseconds. */
  statementTimeoutMs?: number;
  /** Who sends a request, for rate limits. Default: the last hop of x-forwarded-for, which the server in front writes. */
  clientAddress?: (request: Request) => string | null;
  /** Unforeseen errors; they never reach a client. Default: one line on stderr. */
  onError?: (error: unknown, path: string | undefined) => void;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

export interface Api {
  /** Calls procedures in-process, for server components and tests. */
  createCaller: (context?: Partial<ApiContext>) => ReturnType<ReturnType<typeof callerFactory>>;
  /** Answers a request of the tRPC protocol; `endpoint` is the path it is mounted at. */
  handle: (request: Request, endpoint?: string) => Promise<Response>;
  health: () => Promise<Health>;
  /** Ends all subscriptions; the database stays open. */
  close: () => Promise<void>;
}

/** Calls in one request at most; a page of ours sends a handful. */
const MAX_BATCH = 10;
/** Requests of one client: a burst for a page that loads, then twenty a second. */
const REQUESTS = { burst: 200, refillMs: 50 };

const callerFactory = (router: AppRouter) => createCallerFactory(router);

/** The API over a database that an indexer fills. */
export function createApi(options: ApiOptions): Api {
  const now = options.now ?? Date.now;
  const onError = options.onError ?? logError;
  const clientAddress = options.clientAddress ?? lastForwarded;
  const read = createIndexReader(options.database.pool, options.statementTimeoutMs ?? 3_000);
  const feed = createLiveFeed({
    listen: options.database.listen,
    read,
    now,
    epoch: crypto.randomUUID().slice(0, 8),
    onError: (error) => onError(error, 'live'),
  });
  const router = createAppRouter({
    read,
    cluster: options.cluster,
    config: options.config,
    directory: createDirectory(options.cluster),
    pinning: options.pinning,
    tokenBalance: options.tokenBalance ?? createTokenBalance(options.serverRpcUrl ?? options.config.rpcUrl),
    live: feed.hub,
    now,
  });
  const createCaller = callerFactory(router);
  const requests = createRateLimit({ ...REQUESTS, now });
  return {
    createCaller: (context) => createCaller({ clientAddress: null, ...context }),
    async handle(request, endpoint = '/api/trpc') {
      const client = clientAddress(request);
      if (!requests.take(client ?? 'unknown')) return tooManyRequests();
      return fetchRequestHandler({
        endpoint,
        req: request,
        router,
        maxBatchSize: MAX_BATCH,
        createContext: () => ({ clientAddress: client }),
        onError: ({ error, path }) => {
          if (error.code === 'INTERNAL_SERVER_ERROR') onError(error.cause ?? error, path);
        },
      });
    },
    health: () => readHealth(read, options.cluster, now),
    close: feed.close,
  };
}

function tooManyRequests(): Response {
  return Response.json(
    { error: { message: 'Too many requests at once. Wait a second and try again.' } },
    { status: 429, headers: { 'retry-after': '1' } },
  );
}

function lastForwarded(request: Request): string | null {
  return request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() || null;
}

function logError(error: unknown, path: string | undefined): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(`api ${path ?? ''}: ${text}`);
}
