import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Database } from '@inferscan/db';
import pino from 'pino';
import { vi } from 'vitest';

import { type IndexerConfig, readConfig } from '../../src/config/environment.js';
import { runIndexer } from '../../src/indexer.js';

export interface IndexingTarget {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  readonly databaseUrl: string;
  readonly gateways?: readonly string[];
  /** More variables of its environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

const environment = ({ rpcUrl, wsUrl, databaseUrl, gateways, variables }: IndexingTarget) => ({
  CLUSTER: 'localnet',
  RPC_URL: rpcUrl,
  WS_URL: wsUrl,
  DATABASE_URL: databaseUrl,
  // Nobody listens on port 9 (discard): documents stay pending.
  IPFS_GATEWAYS: gateways?.join(',') ?? 'http://127.0.0.1:9',
  ...variables,
});

const configFor = (target: IndexingTarget): IndexerConfig => readConfig(environment(target));

export interface RunningIndexer {
  readonly ready: Promise<void>;
  /** Resolves when it stopped; rejects with what made it fail. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** Runs an indexer in this process. */
export function startIndexer(target: IndexingTarget, options: { reset?: boolean } = {}): RunningIndexer {
  const stopper = new AbortController();
  let onReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });
  const done = runIndexer({ config: configFor(target), log, onReady, ...options }, stopper.signal);
  const readyOrOver = Promise.race([
    ready,
    done.then(() => Promise.reject(new Error('stopped before it was ready'))),
  ]);
  // A test looks at one of them.
  done.catch(() => {});
  readyOrOver.catch(() => {});
  return {
    ready: readyOrOver,
    done,
    async stop() {
      stopper.abort();
      await done;
    },
  };
}

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Runs the built command. */
export function spawnIndexer(target: IndexingTarget): ChildProcess {
  if (!existsSync(CLI)) throw new Error('build the package first: npm run build');
  return spawn(process.execPath, [CLI], {
    env: { ...process.env, ...environment(target), LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Ends a child and waits for it. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await exited)[0];
}

/** Waits until a transaction is stored. */
export async function stored({ pool }: Database, signature: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rowCount } = await pool.query('SELECT FROM chain_transaction WHERE signature = $1', [
        signature,
      ]);
      if (rowCount !== 1) throw new Error(`${signature} is not stored`);
    },
    { timeout: 30_000, interval: 50 },
  );
}
