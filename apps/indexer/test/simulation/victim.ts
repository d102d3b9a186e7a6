import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { endChild } from '../support/indexing.js';
import type { Random } from '../support/random.js';

/** Where the indexer is told to read from; what is left out stays as it is by default. */
export interface VictimPlace {
  readonly rpcUrl: string;
  /** The same chain through a server of its own that fails at times. */
  readonly otherRpcUrl: string;
  readonly wsUrl: string;
  readonly databaseUrl: string;
  readonly archiveDir: string;
}

/** The indexer's command, started, stopped and killed while it works, each time with another set of sources. */
export interface Victim {
  readonly running: boolean;
  /** Starts it, unless it runs. */
  start(): void;
  /** Ends it as an operator does. @throws when it does not end well */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** What it was started with, oldest first. */
  readonly sources: readonly string[];
}

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Sets of sources; all but the first add something to plain RPC. */
const SOURCES: Readonly<Record<string, (place: VictimPlace) => Record<string, string>>> = {
  rpc: () => ({}),
  helius: () => ({ BACKFILL: 'helius' }),
  archive: ({ archiveDir }) => ({ ARCHIVE_DIR: archiveDir }),
  'archive and helius': ({ archiveDir }) => ({ ARCHIVE_DIR: archiveDir, BACKFILL: 'helius' }),
  'two servers': ({ rpcUrl, otherRpcUrl }) => ({ RPC_URL: `${otherRpcUrl},${rpcUrl}` }),
};

export function createVictim(place: VictimPlace, random: Random): Victim {
  const sources: string[] = [];
  let child: ChildProcess | null = null;
  let errors = '';

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    child = null;
    return ending === null ? null : endChild(ending, signal);
  };
  return {
    get running() {
      return child !== null && child.exitCode === null && child.signalCode === null;
    },
    sources,
    start() {
      if (child !== null) {
        if (child.exitCode === null && child.signalCode === null) return;
        throw new Error(`the indexer ended by itself with exit code ${child.exitCode}: ${errors}`);
      }
      const [name, environment] = random.pick(Object.entries(SOURCES));
      sources.push(name);
      child = spawn(process.execPath, [CLI], {
        env: {
          ...process.env,
          CLUSTER: 'localnet',
          RPC_URL: place.rpcUrl,
          WS_URL: place.wsUrl,
          DATABASE_URL: place.databaseUrl,
          // Nobody listens on port 9 (discard): documents stay pending.
          IPFS_GATEWAYS: 'http://127.0.0.1:9',
          LOG_LEVEL: 'warn',
          ...environment(place),
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      errors = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        errors = (errors + chunk.toString()).slice(-4_000);
      });
    },
    async stop() {
      const code = await end('SIGTERM');
      if (code !== 0 && code !== null)
        throw new Error(`the indexer stopped with exit code ${code}: ${errors}`);
    },
    async kill() {
      await end('SIGKILL');
    },
  };
}
