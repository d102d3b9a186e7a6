import { join } from 'node:path';
import type { ChildSpec } from '../process/child.js';
import { nextScript, SCRIPTS, WEB_DIR } from './paths.js';

/** Addresses of the running parts. */
export interface Endpoints {
  /** Asked by the indexer; one or more, separated by commas. */
  readonly indexedRpcUrls: string;
  /** null: derived from the RPC addresses. */
  readonly indexedWsUrls: string | null;
  /** Used by nodes and told to every browser: it holds no key. */
  readonly rpcUrl: string;
  /** null: derived from the RPC address by the client. */
  readonly wsUrl: string | null;
  readonly storageUrl: string | null;
  readonly databaseUrl: string;
  readonly gateways: readonly string[];
}

/** Children stop from the highest tier down: who uses others goes first. */
const TIER = { foundation: 0, chain: 1, index: 2, web: 3, worker: 4, demo: 5 } as const;

export const postgresService = (dataDir: string, port: number): ChildSpec => ({
  name: 'postgres',
  tier: TIER.foundation,
  script: SCRIPTS.postgres,
  // The port is chosen once: whoever is connected finds the server there again after a crash.
  args: [join(dataDir, 'postgres'), String(port)],
  readyBySecret: true,
});

export const localnetService = (dataDir: string, port: number): ChildSpec => ({
  name: 'localnet',
  tier: TIER.chain,
  script: SCRIPTS.localnet,
  // The content store runs beside it: a crash of one leaves the other alone.
  args: ['--data', join(dataDir, 'chain'), '--port', String(port), '--no-content'],
  readyLine: /localnet ready rpc=(\S+) ws=(\S+)/,
});

export const storageService = (dataDir: string, port: number): ChildSpec => ({
  name: 'storage',
  tier: TIER.chain,
  script: SCRIPTS.storage,
  args: ['--data', join(dataDir, 'content'), '--port', String(port)],
  readyLine: /storage ready url=(\S+)/,
});

export const indexerService = (cluster: string, endpoints: Endpoints): ChildSpec => ({
  name: 'indexer',
  tier: TIER.index,
  script: SCRIPTS.indexer,
  env: {
    CLUSTER: cluster,
    RPC_URL: endpoints.indexedRpcUrls,
    WS_URL: endpoints.indexedWsUrls ?? '',
    DATABASE_URL: endpoints.databaseUrl,
    IPFS_GATEWAYS: endpoints.gateways.join(','),
    ...(cluster === 'localnet' ? { ALLOW_PRIVATE_GATEWAYS: 'true' } : {}),
  },
  // The real networks take hours to index: there the explorer opens while the backfill runs.
  ...(cluster === 'localnet' ? { readyLine: /indexer (ready|stands by)/ } : {}),
});

export const webService = (
  cluster: string,
  endpoints: Endpoints,
  port: number,
  isHealthy: () => Promise<boolean>,
): ChildSpec => ({
  name: 'web',
  tier: TIER.web,
  script: nextScript(),
  args: ['start', '--port', String(port), '--hostname', '127.0.0.1'],
  cwd: WEB_DIR,
  env: {
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    PORT: String(port),
    CLUSTER: cluster,
    RPC_URL: endpoints.rpcUrl,
    // Set in any case: what the surroundings say is meant for the indexer.
    WS_URL: endpoints.wsUrl ?? '',
    ...(cluster === 'localnet' ? { FAUCET_URL: new URL('/faucet', endpoints.rpcUrl).href } : {}),
    ...(endpoints.storageUrl ? { PINNING_URL: endpoints.storageUrl } : {}),
    DATABASE_URL: endpoints.databaseUrl,
    IPFS_GATEWAYS: endpoints.gateways.join(','),
    ...(cluster === 'localnet' ? { ALLOW_PRIVATE_GATEWAYS: 'true' } : {}),
  },
  readyWhen: isHealthy,
});

export interface WorkerPlace {
  readonly name: string;
  readonly keypairFile: string;
  readonly market: string;
  readonly stateDir: string;
  /** Where it serves models, for jobs that ask for it. */
  readonly endpointPort: number;
}

export const workerService = (place: WorkerPlace, endpoints: Endpoints): ChildSpec => ({
  name: place.name,
  tier: TIER.worker,
  script: SCRIPTS.worker,
  args: [
    'start',
    ...['--keypair', place.keypairFile],
    ...['--market', place.market],
    ...['--rpc', endpoints.rpcUrl],
    ...(endpoints.wsUrl ? ['--ws', endpoints.wsUrl] : []),
    ...(endpoints.storageUrl ? ['--pinning', endpoints.storageUrl] : []),
    ...endpoints.gateways.flatMap((gateway) => ['--gateway', gateway]),
    ...['--state', place.stateDir],
    ...['--endpoint-port', String(place.endpointPort)],
    ...['--endpoint-url', `http://127.0.0.1:${place.endpointPort}`],
    // What is left of the time before a stop that is not heeded goes to handing in the result.
    ...['--drain-seconds', '10'],
    // Several nodes measure the same machine while everything else starts.
    ...['--calibration-seconds', '1'],
  ],
  stopTimeoutMs: 20_000,
  inBackground: true,
});

export const demoService = (
  endpoints: Endpoints & { readonly wsUrl: string; readonly storageUrl: string },
  options: {
    readonly keypairFile: string;
    readonly markets: readonly string[];
    readonly intervalSeconds: number;
  },
): ChildSpec => ({
  name: 'demo',
  tier: TIER.demo,
  script: SCRIPTS.demo,
  env: {
    RPC_URL: endpoints.rpcUrl,
    WS_URL: endpoints.wsUrl,
    STORAGE_URL: endpoints.storageUrl,
    KEYPAIR: options.keypairFile,
    MARKETS: options.markets.join(','),
    INTERVAL_SECONDS: String(options.intervalSeconds),
  },
  readyLine: /demo ready/,
});
