import { parseArgs } from 'node:util';

import { type Address, isAddress } from '@solana/kit';

/** What `start` is told on the command line, checked. */
export interface StartOptions {
  keypair: string;
  market: Address;
  rpcUrl: string;
  wsUrl: string;
  pinningUrl: string;
  gateways: readonly string[];
  modelsDir: string | undefined;
  stateDir: string;
  accessNft: Address | undefined;
  threads: number;
  pollMs: number;
  drainMs: number;
  allowPrivate: boolean;
  logLevel: string;
}

export const HELP = `A node of the network: takes jobs from a market, runs them, hands in signed results, is paid.

  inferscan-worker start --keypair FILE --market ADDRESS --rpc URL --pinning URL --gateway URL

  --keypair FILE       the node's key as the Solana CLI writes it (64 numbers); it needs SOL and a stake
  --market ADDRESS     the market to take jobs from
  --rpc URL            Solana JSON-RPC
  --ws URL             its websocket (default: the RPC's host, on the next port where a port is given)
  --pinning URL        service for results with Pinata's pinJSONToIPFS; PINNING_TOKEN in the environment if it asks
  --gateway URL        IPFS gateway for definitions; may be given several times, tried in order
  --models DIR         models to serve (default: those of this project)
  --state DIR          where the node remembers what it is at (default: .data/worker)
  --threads N          threads per inference (default 1)
  --access-nft MINT    the NFT that opens the market, where it asks for one
  --poll-seconds N     how often to look where no notification comes (default 2)
  --drain-seconds N    how long a running job may go on after SIGTERM (default 20)
  --allow-private      talk to content services on private networks (implied when all of them are on this machine)
  --log-level LEVEL    debug, info, warn or error (default info)

SIGTERM or Ctrl-C: finishes or fails the running job, leaves the queue, ends. A second one ends at once;
the next start goes on from there.
`;

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'];
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The command line cannot be understood; the message says what is valid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the command line of `start`.
 * @returns null where help was asked for
 * @throws UsageError
 */
export function parseStart(argv: readonly string[]): StartOptions | null {
  const { values, positionals } = parse(argv);
  if (values.help) return null;
  if (positionals.length !== 1 || positionals[0] !== 'start') {
    throw new UsageError(
      `expected the command "start", got ${JSON.stringify(positionals.join(' '))} (--help tells more)`,
    );
  }
  const required = (name: 'keypair' | 'market' | 'rpc' | 'pinning') => {
    const value = values[name];
    if (!value) throw new UsageError(`--${name} is missing (--help tells more)`);
    return value;
  };
  const rpcUrl = url('rpc', required('rpc'), ['http:', 'https:']);
  const pinningUrl = url('pinning', required('pinning'), ['http:', 'https:']);
  const gateways = values.gateway.map((text) => url('gateway', text, ['http:', 'https:']));
  if (gateways.length === 0) throw new UsageError('--gateway is missing (--help tells more)');
  const local = [pinningUrl, ...gateways].every((text) => LOOPBACK.test(new URL(text).hostname));
  const level = values['log-level'];
  if (!LOG_LEVELS.includes(level)) {
    throw new UsageError(`--log-level must be one of ${LOG_LEVELS.join(', ')}, got ${JSON.stringify(level)}`);
  }
  return {
    keypair: required('keypair'),
    market: addressOf('market', required('market')),
    rpcUrl,
    wsUrl: values.ws === undefined ? websocketOf(rpcUrl) : url('ws', values.ws, ['ws:', 'wss:']),
    pinningUrl,
    gateways,
    modelsDir: values.models,
    stateDir: values.state,
    accessNft: values['access-nft'] === undefined ? undefined : addressOf('access-nft', values['access-nft']),
    threads: number('threads', values.threads, 1, 256),
    pollMs: number('poll-seconds', values['poll-seconds'], 0.05, 600) * 1000,
    drainMs: number('drain-seconds', values['drain-seconds'], 0, 86_400) * 1000,
    allowPrivate: values['allow-private'] || local,
    logLevel: level,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        keypair: { type: 'string' },
        market: { type: 'string' },
        rpc: { type: 'string' },
        ws: { type: 'string' },
        pinning: { type: 'string' },
        gateway: { type: 'string', multiple: true, default: [] },
        models: { type: 'string' },
        state: { type: 'string', default: '.data/worker' },
        threads: { type: 'string', default: '1' },
        'access-nft': { type: 'string' },
        'poll-seconds': { type: 'string', default: '2' },
        'drain-seconds': { type: 'string', default: '20' },
        'allow-private': { type: 'boolean', default: false },
        'log-level': { type: 'string', default: 'info' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function url(name: string, text: string, protocols: readonly string[]): string {
  const shown = protocols.map((protocol) => `${protocol}//`).join(' or ');
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new UsageError(`--${name} must be a URL with ${shown}, got ${JSON.stringify(text)}`);
  }
  return text;
}

function addressOf(name: string, text: string): Address {
  if (!isAddress(text)) {
    throw new UsageError(`--${name} must be a base58 address, got ${JSON.stringify(text)}`);
  }
  return text;
}

function number(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max)) {
    throw new UsageError(`--${name} must be a number from ${min} to ${max}, got ${JSON.stringify(text)}`);
  }
  return value;
}

/** Solana's convention: the websocket is on the port after the RPC's. */
function websocketOf(rpcUrl: string): string {
  const parsed = new URL(rpcUrl);
  parsed.protocol = parsed.protocol === 'https:' ? 'wss:' : 'ws:';
  if (parsed.port) parsed.port = String(Number(parsed.port) + 1);
  return parsed.href;
}
