import { type Address, isAddress } from '@solana/kit';
import { UsageError } from './command/command.js';
import {
  describeSettings,
  listOf,
  numberFrom,
  oneOf,
  onOrOff,
  readSettings,
  type SettingsTable,
  text,
  url,
  valueThatIs,
  wholeNumberFrom,
} from './command/settings.js';

const http = url('http:', 'https:');
const address = valueThatIs<Address>(
  'a base58 address',
  (value) => typeof value === 'string' && isAddress(value),
);

/** All that `start` can be told; names are those of the command line and of the configuration file. */
const START_SETTINGS = {
  keypair: {
    kind: 'text',
    value: 'FILE',
    help: "the node's key as the Solana CLI writes it (64 numbers); it needs SOL and a stake",
    schema: text('the path of a keypair file'),
  },
  market: {
    kind: 'text',
    value: 'ADDRESS',
    help: 'the market to take jobs from',
    schema: address,
  },
  rpc: { kind: 'text', value: 'URL', help: 'Solana JSON-RPC', schema: http },
  ws: {
    kind: 'text',
    value: 'URL',
    help: "its websocket (default: the RPC's host, on the next port where a port is given)",
    schema: url('ws:', 'wss:').optional(),
  },
  pinning: {
    kind: 'text',
    value: 'URL',
    help: "service for results with Pinata's pinJSONToIPFS",
    schema: http,
  },
  gateway: {
    kind: 'list',
    value: 'URL',
    help: 'IPFS gateway for definitions; may be given several times, tried in order',
    schema: listOf(http, 'a list of URLs'),
  },
  models: {
    kind: 'text',
    value: 'DIR',
    help: 'models to serve (default: those of this project)',
    schema: text('a folder').optional(),
  },
  state: {
    kind: 'text',
    value: 'DIR',
    help: 'where the node remembers what it is at (default: .data/worker)',
    schema: text('a folder').default('.data/worker'),
  },
  threads: {
    kind: 'number',
    value: 'N',
    help: 'threads per inference (default: 1)',
    schema: wholeNumberFrom(1, 256).default(1),
  },
  'access-nft': {
    kind: 'text',
    value: 'MINT',
    help: 'the NFT that opens the market, where it asks for one',
    schema: address.optional(),
  },
  'poll-seconds': {
    kind: 'number',
    value: 'N',
    help: 'how often to look where no notification comes (default: 2)',
    schema: numberFrom(0.05, 600).default(2),
  },
  'drain-seconds': {
    kind: 'number',
    value: 'N',
    help: 'how long a running job may go on after SIGTERM (default: 20)',
    schema: numberFrom(0, 86_400).default(20),
  },
  'allow-private': {
    kind: 'switch',
    help: 'talk to content services on private networks (implied when all are on this machine)',
    schema: onOrOff,
  },
  'log-level': {
    kind: 'text',
    value: 'LEVEL',
    help: 'debug, info, warn or error (default: info)',
    schema: oneOf(['debug', 'info', 'warn', 'error']).default('info'),
  },
  config: {
    kind: 'text',
    value: 'FILE',
    help: 'JSON object with any of these settings by name; the command line counts where both speak',
    schema: text('the path of a JSON file').optional(),
  },
} as const satisfies SettingsTable;

export const START_HELP = `Takes jobs from a market, runs them, hands in signed results, is paid.

  npm run worker -- start --keypair FILE --market ADDRESS --rpc URL --pinning URL --gateway URL

${describeSettings(START_SETTINGS)}

In a configuration file a setting that may be given several times is a list, a number a number, a switch true or false:

  { "keypair": "node.json", "market": "…", "gateway": ["https://ipfs.io"], "poll-seconds": 2 }

Environment: PINNING_TOKEN, where the pinning service asks for one.

SIGTERM or Ctrl-C: finishes or fails the running job, leaves the queue, ends. A second one ends at once;
the next start goes on from there.
`;

/** What `start` is told, checked and completed. */
export type StartOptions = ReturnType<typeof parseStart>;

/**
 * Reads the command line of `start`, and its configuration file.
 * @throws UsageError
 */
export function parseStart(argv: readonly string[]) {
  const { settings, positionals } = readSettings(START_SETTINGS, argv);
  if (positionals.length > 0) {
    throw new UsageError(`start takes options only, got ${JSON.stringify(positionals.join(' '))}`);
  }
  const services = [settings.pinning, ...settings.gateway];
  const local = services.every((service) => LOOPBACK.test(new URL(service).hostname));
  return {
    keypair: settings.keypair,
    market: settings.market,
    rpcUrl: settings.rpc,
    wsUrl: settings.ws ?? websocketOf(settings.rpc),
    pinningUrl: settings.pinning,
    gateways: settings.gateway,
    modelsDir: settings.models,
    stateDir: settings.state,
    accessNft: settings['access-nft'],
    threads: settings.threads,
    pollMs: settings['poll-seconds'] * 1000,
    drainMs: settings['drain-seconds'] * 1000,
    allowPrivate: settings['allow-private'] || local,
    logLevel: settings['log-level'],
  };
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Solana's convention: the websocket is on the port after the RPC's. */
function websocketOf(rpcUrl: string): string {
  const parsed = new URL(rpcUrl);
  parsed.protocol = parsed.protocol === 'https:' ? 'wss:' : 'ws:';
  if (parsed.port) parsed.port = String(Number(parsed.port) + 1);
  return parsed.href;
}
