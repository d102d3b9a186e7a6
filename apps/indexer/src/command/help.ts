import type { CommandSpec } from './arguments.js';

const ENVIRONMENT = `Environment:
  DATABASE_URL            postgresql://user:password@host:port/database (required)
  CLUSTER                 localnet (default), devnet or mainnet
  RPC_URL                 JSON-RPC, or several servers of the same chain separated by commas: the best one is asked,
                          the others when it fails or lags; localnet: http://127.0.0.1:8899. Required elsewhere,
                          or HELIUS_API_KEY
  HELIUS_API_KEY          makes an RPC_URL for mainnet and devnet, beside those given
  WS_URL                  websockets, one or several; default: RPC_URL's hosts, next port where RPC_URL names one
  BACKFILL                how history is fetched: rpc, or helius (getTransactionsForAddress; checked against the
                          lists of plain RPC). Default: helius with HELIUS_API_KEY, else rpc
  START_AT                with what an empty database begins: genesis (default), or now: with what the accounts say,
                          everything before is not known; see docs/indexer.md
  ARCHIVE_DIR             folder in which fetched transactions are kept and from which they are replayed; default:
                          none. One for each chain and indexer
  ARCHIVE_DETAIL          compact (default: what decoding takes) or full (answers of Helius too, as they came)
  IPFS_GATEWAYS           base URLs separated by commas; localnet: http://127.0.0.1:8901
  ALLOW_PRIVATE_GATEWAYS  true or false; default: true on localnet
  PRICE_SOURCE            who is asked what a NOS is worth: none (default), coingecko, or file
  PRICE_URL, PRICE_COIN, PRICE_API_KEY   of coingecko; default: its public API, nosana, no key
  PRICE_FILE              of file: lines of "at,usd", or JSON; see docs/prices-and-rollups.md
  PRICE_SOURCE            who is asked what a NOS is worth: none (default), coingecko or file
  PRICE_URL, PRICE_COIN, PRICE_API_KEY, PRICE_FILE
                          of that source: see docs/prices-and-rollups.md
  RETAIN_EVENTS_DAYS      days for which decoded instructions are kept, 7 at least; default: all. Without all of them
                          nothing can be folded again (refold)
  RETAIN_DOCUMENTS_DAYS   days for which definitions and results are kept as they are; what was read from them stays
  RETAIN_ARCHIVE_DAYS     days for which files of the archive are kept
  OPS_PORT                serve /health and /metrics there; default: nowhere
  OPS_HOST                address to serve them on; default: 127.0.0.1
  LOG_LEVEL               fatal, error, warn, info (default), debug, trace, silent`;

const STOPPING = `SIGTERM and SIGINT stop it between two commits, within 8 seconds; a second one at once.
Exit codes: 0 done or stopped, 1 failed, 2 wrong arguments or environment, 3 verify: something does not agree,
130 interrupted before the work was done.`;

/** What there is. */
export function generalHelp(commands: readonly CommandSpec[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return `inferscan-indexer [command] [options]

Reads the network's transactions from a Solana RPC, folds them into markets, jobs, runs, nodes and the ledger, and
keeps them in Postgres. Begins with the first transaction, or now; goes on where it stopped.

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`).join('\n')}

  --help    this text; after a command: what it does

${ENVIRONMENT}

${STOPPING}
`;
}

/** What one command does. */
export const commandHelp = ({ name, summary, help }: CommandSpec): string =>
  `inferscan-indexer ${name}: ${summary}

${help}

inferscan-indexer --help lists the environment.
${STOPPING}
`;
