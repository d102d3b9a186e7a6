import { join } from 'node:path';
import { type KnownMarket, knownMarkets } from '@inferscan/protocol';
import { loadOrCreateKeypair } from '../demo/keypair-file.js';
import { ensureNode } from '../demo/node-setup.js';
import type { Options } from '../options.js';
import { choosePort, choosePortPair } from '../process/ports.js';
import type { Supervisor } from '../process/supervisor.js';
import { answers, isHealthy } from './health.js';
import {
  demoService,
  type Endpoints,
  indexerService,
  localnetService,
  postgresService,
  storageService,
  webService,
  workerService,
} from './services.js';

/** Markets that have nodes in the demo; nobody here has a GPU to offer, so that market stays empty. */
const DEMO_MARKETS = ['cpu-small', 'cpu-medium'];
const STORAGE_PORT = 8901;
/** Beside Postgres's own 5432, which a server of the machine may have. */
const DATABASE_PORT = 5433;
/** The first of those at which nodes serve models. */
const ENDPOINT_PORT = 8911;

/** Runs one named part of the start and says how it went. */
export type Step = <T>(label: string, work: () => Promise<T>) => Promise<T>;

function first(match: readonly string[], index: number, what: string): string {
  const value = match[index];
  if (value === undefined) throw new Error(`${what} did not tell its address`);
  return value;
}

function demoMarkets(): readonly KnownMarket[] {
  return knownMarkets('localnet').filter((market) => DEMO_MARKETS.includes(market.slug));
}

async function startDatabase(dataDir: string, supervisor: Supervisor): Promise<string> {
  const port = await choosePort(null, DATABASE_PORT, 'the database', '--data');
  return first(await supervisor.start(postgresService(dataDir, port)), 0, 'Postgres');
}

async function startLocalChain(options: Options, supervisor: Supervisor, step: Step) {
  const rpcPort = await choosePortPair(options.rpcPort, 8899, 'the RPC', '--rpc-port');
  const storagePort = await choosePort(
    options.storagePort,
    STORAGE_PORT,
    'the content store',
    '--storage-port',
    [rpcPort, rpcPort + 1],
  );
  const [chain, storage] = await Promise.all([
    step('chain', () => supervisor.start(localnetService(options.dataDir, rpcPort))),
    step('content store', () => supervisor.start(storageService(options.dataDir, storagePort))),
  ]);
  const storageUrl = first(storage, 1, 'the content store');
  const rpcUrl = first(chain, 1, 'the localnet');
  const wsUrl = first(chain, 2, 'the localnet');
  return {
    indexedRpcUrls: rpcUrl,
    indexedWsUrls: wsUrl,
    rpcUrl,
    wsUrl,
    storageUrl,
    gateways: [`${storageUrl}/ipfs/`],
  };
}

async function startWorkers(options: Options, endpoints: Endpoints, supervisor: Supervisor): Promise<void> {
  const markets = demoMarkets();
  const { wsUrl } = endpoints;
  if (wsUrl === null) throw new Error('the demo nodes need websockets');
  await Promise.all(
    Array.from({ length: options.workers }, async (_, index) => {
      const name = `worker-${index + 1}`;
      const market = markets[index % markets.length];
      if (market === undefined) throw new Error('the localnet has no market for the demo nodes');
      const keypairFile = join(options.dataDir, 'keys', `${name}.json`);
      const node = await loadOrCreateKeypair(keypairFile);
      await ensureNode(endpoints.rpcUrl, wsUrl, node);
      const stateDir = join(options.dataDir, 'workers', name);
      const endpointPort = await choosePort(null, ENDPOINT_PORT, `the endpoint of ${name}`, '--workers');
      await supervisor.start(
        workerService({ name, keypairFile, market: market.address, stateDir, endpointPort }, endpoints),
      );
    }),
  );
}

/**
 * Starts every part in the order of their needs and resolves with the explorer's address once all answer.
 * `webPort` is chosen by the caller, who prints it even when a later part fails.
 */
export async function bringUp(
  options: Options,
  webPort: number,
  supervisor: Supervisor,
  step: Step,
): Promise<string> {
  const databaseStart =
    options.databaseUrl === null
      ? step('database', () => startDatabase(options.dataDir, supervisor))
      : Promise.resolve(options.databaseUrl);
  const { remote } = options;
  const isLocal = remote === null;
  const [databaseUrl, chain] = await Promise.all([
    databaseStart,
    isLocal
      ? startLocalChain(options, supervisor, step)
      : {
          indexedRpcUrls: remote.rpcUrls.join(','),
          indexedWsUrls: remote.wsUrls.length === 0 ? null : remote.wsUrls.join(','),
          rpcUrl: remote.publicRpcUrl,
          wsUrl: null,
          storageUrl: null,
          gateways: options.gateways,
        },
  ]);
  const endpoints: Endpoints = { databaseUrl, ...chain };
  const url = `http://localhost:${webPort}`;
  const probe = `http://127.0.0.1:${webPort}`;
  const ready = isLocal ? () => isHealthy(probe) : () => answers(probe);
  await Promise.all([
    step('indexer', () => supervisor.start(indexerService(options.cluster, endpoints))),
    step('explorer', () => supervisor.start(webService(options.cluster, endpoints, webPort, ready))),
    isLocal && options.workers > 0
      ? step(`${options.workers} nodes`, () => startWorkers(options, endpoints, supervisor))
      : undefined,
  ]);
  const { wsUrl, storageUrl } = endpoints;
  if (isLocal && options.demoInterval > 0 && wsUrl !== null && storageUrl !== null) {
    await step('demo jobs', () =>
      supervisor.start(
        demoService(
          { ...endpoints, wsUrl, storageUrl },
          {
            keypairFile: join(options.dataDir, 'keys', 'demo-wallet.json'),
            markets: DEMO_MARKETS,
            intervalSeconds: options.demoInterval,
          },
        ),
      ),
    );
  }
  return url;
}
