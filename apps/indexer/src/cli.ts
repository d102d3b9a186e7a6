#!/usr/bin/env node
import { parseArgs } from 'node:util';

import { ConfigError, readConfig } from './config/environment.js';
import { runIndexer } from './indexer.js';
import { createLog } from './log.js';

const HELP = `inferscan-indexer [--reset]

Reads the jobs program's transactions from a Solana RPC, folds them into markets, jobs, runs, nodes and the
ledger, and keeps them in Postgres. Begins with the first transaction, goes on where it stopped.

  --reset   empty the database first
  --help    this text

Environment:
  DATABASE_URL            postgresql://user:password@host:port/database (required)
  CLUSTER                 localnet (default), devnet or mainnet
  RPC_URL                 JSON-RPC, or several servers of the same chain separated by commas: the best one is asked,
                          the others when it fails or lags; localnet: http://127.0.0.1:8899. Required elsewhere,
                          or HELIUS_API_KEY
  HELIUS_API_KEY          makes an RPC_URL for mainnet and devnet, beside those given
  WS_URL                  websockets, one or several; default: RPC_URL's hosts, next port where RPC_URL names one
  BACKFILL                how history is fetched: rpc, or helius (getTransactionsForAddress; checked against the
                          lists of plain RPC). Default: helius with HELIUS_API_KEY, else rpc
  ARCHIVE_DIR             folder in which fetched transactions are kept and from which they are replayed; default:
                          none. One for each chain and indexer
  ARCHIVE_DETAIL          compact (default: what decoding takes) or full (answers of Helius too, as they came)
  IPFS_GATEWAYS           base URLs separated by commas; localnet: http://127.0.0.1:8901
  ALLOW_PRIVATE_GATEWAYS  true or false; default: true on localnet
  LOG_LEVEL               fatal, error, warn, info (default), debug, trace, silent

Prints "indexer ready" when it has reached the tip, "indexer stands by" when another one writes to the database: it
takes over when that one ends. Logs are JSON lines on stderr. SIGTERM and SIGINT stop it
between two commits. Exit codes: 0 stopped, 1 failed, 2 wrong configuration.`;

async function main(): Promise<number> {
  let reset: boolean;
  try {
    const { values } = parseArgs({
      options: { reset: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    if (values.help) {
      process.stdout.write(`${HELP}\n`);
      return 0;
    }
    reset = values.reset;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}\n`);
    return 2;
  }
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      stop.abort();
    });
  }
  try {
    await runIndexer(
      {
        config,
        log,
        reset,
        onReady: () => process.stdout.write('indexer ready\n'),
        onStandby: () => process.stdout.write('indexer stands by\n'),
      },
      stop.signal,
    );
    log.info('stopped');
    return 0;
  } catch (error) {
    log.error({ err: error }, error instanceof Error ? error.message : String(error));
    return 1;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(
    `The indexer's configuration is wrong:\n${error.lines.map((line) => `  ${line}\n`).join('')}`,
  );
  process.exitCode = 2;
}
